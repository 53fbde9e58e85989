"""Everything that can be done. One action a module, one transaction each."""
