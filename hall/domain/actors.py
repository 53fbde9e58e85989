"""Who does something: a person, a device, or the hall's own clock, in a role."""

from dataclasses import dataclass
from enum import StrEnum

from hall.domain.identities import DeviceId, PersonId


class Role(StrEnum):
    """What somebody is in the hall, and so what they may do."""

    #: Whoever is served. 办事群众
    CITIZEN = "citizen"
    #: The touch screen at the door. 取号机
    KIOSK = "kiosk"
    #: A wall or a counter screen. 显示屏
    DISPLAY = "display"
    #: Helps at the door. 导办
    GUIDE = "guide"
    #: Works at a counter. 窗口人员
    CLERK = "clerk"
    #: Runs the hall today. 大厅主任
    MANAGER = "manager"
    #: Plans the hall of tomorrow. 规划员
    PLANNER = "planner"
    #: Sets up halls, devices, people. 管理员
    ADMINISTRATOR = "administrator"
    #: Reads the record. 审计员
    AUDITOR = "auditor"
    #: The hall's own clock. 系统
    SYSTEM = "system"


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Who does something; references only, never a name."""

    role: Role
    person: PersonId | None = None
    device: DeviceId | None = None


#: The hall's own clock.
SYSTEM = Actor(role=Role.SYSTEM)
