"""The planner's studio: from the hall's own days to a change that can be trusted."""
