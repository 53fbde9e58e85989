"""A small hall with special counters, for the tests of operations."""

SPECIAL = """
format = 1
[hall]
id = "small"
name = { zh = "小厅", en = "Small" }
time_zone = "UTC"
opening = [ { days = "mon-fri", from = "08:00", until = "16:00" } ]
general_group = "tax"
[[groups]]
id = "tax"
prefix = "A"
name = { zh = "税务", en = "Tax" }
[[groups]]
id = "social"
prefix = "F"
name = { zh = "社保", en = "Social security" }
[[matters]]
code = "invoice"
group = "tax"
name = { zh = "发票", en = "Invoice" }
handling_minutes = 5
[[matters]]
code = "return"
group = "tax"
name = { zh = "申报", en = "Tax return" }
handling_minutes = 10
daily_limit = 2
[[matters]]
code = "card"
group = "social"
name = { zh = "社保卡", en = "Card" }
handling_minutes = 9
[[bundles]]
id = "start"
name = { zh = "开办一件事", en = "Start a business" }
matters = [ "invoice", "card" ]
[[counters]]
id = "1"
takes = [ "tax" ]
[[counters]]
id = "2"
takes = [ "social" ]
[[counters]]
id = "3"
takes = [ "*" ]
[call_rule]
policy = "POLICY"
no_show_seconds = 120
calls = 3
"""


def special(policy: str = "clerk") -> str:
    """Return the layout: tax at 1, social security at 2, both at 3."""
    return SPECIAL.replace("POLICY", policy)
