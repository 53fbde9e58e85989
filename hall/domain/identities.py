"""The identities by which things are known, each a type of its own."""

from typing import NewType

HallId = NewType("HallId", str)
GroupId = NewType("GroupId", str)
MatterCode = NewType("MatterCode", str)
BundleId = NewType("BundleId", str)
ClassId = NewType("ClassId", str)
CounterId = NewType("CounterId", str)
TicketId = NewType("TicketId", str)
PersonId = NewType("PersonId", str)
DeviceId = NewType("DeviceId", str)
LayoutHash = NewType("LayoutHash", str)
RolloutId = NewType("RolloutId", str)

#: The class of everybody who just walks in; every layout has it.
WALK_IN = ClassId("walk_in")
#: The class of those with an appointment.
APPOINTMENT = ClassId("appointment")
#: The class of those a person checked: old, ill, pregnant, with a small child, soldiers.
PRIORITY = ClassId("priority")
#: The line of those who come back, with the place they earned before.
RETURNED = ClassId("returned")
