"""Who books: a phone or an ID number, checked by what can be checked, and masked."""

import re
from dataclasses import dataclass

#: ISO 7064 MOD 11-2, as GB 11643-1999 prescribes it for the ID number of citizens.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_PHONE = re.compile(r"\+?[0-9]{6,15}")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")


class WrongPhone(ValueError):
    """This is no phone number."""


class WrongIdNumber(ValueError):
    """This is no ID number: its length, date or check digit is wrong."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """Who booked, for whom, and how they are reached."""

    name: str
    phone: str
    email: str = ""
    id_number: str = ""
    #: For whom, when it is not for oneself; or the company.
    whom: str = ""
    is_company: bool = False

    @property
    def known_as(self) -> tuple[str, str]:
        """Phone and name together, as one phone can book for several people; else the ID number."""
        if not self.phone:
            return "id", self.id_number
        return "phone", f"{self.phone}/{self.whom or self.name}"

    @property
    def digits(self) -> str:
        """The last four digits of the phone, to be found by at the kiosk."""
        return self.phone[-4:]

    @property
    def masked(self) -> str:
        """The phone, or else the ID number, of which only the ends can be read."""
        return masked_phone(self.phone) if self.phone else masked_id(self.id_number)


def phone(text: str) -> str:
    """Return a phone number as it is kept: digits, with a plus and country code if it had one.

    Example:
        >>> phone("+86 138-0013 8000"), phone("0049 30 901820")
        ('13800138000', '+4930901820')
    """
    found = re.sub(r"[\s()./-]", "", text)
    found = "+" + found[2:] if found.startswith("00") else found
    if not _PHONE.fullmatch(found):
        raise WrongPhone(text)
    home = found.removeprefix("+86")
    return home if _MOBILE.fullmatch(home) else found


def id_number(text: str) -> str:
    """Return a citizen's ID number if its check digit is right.

    Source:
        GB 11643-1999, with ISO 7064 MOD 11-2.

    Example:
        >>> id_number("11010519491231002x")
        '11010519491231002X'
    """
    found = text.strip().upper()
    if not re.fullmatch(r"[0-9]{17}[0-9X]", found):
        raise WrongIdNumber
    total = sum(int(digit) * weight for digit, weight in zip(found, _WEIGHTS, strict=False))
    if _CHECKS[total % 11] != found[17]:
        raise WrongIdNumber
    return found


def masked_phone(text: str) -> str:
    """Return a phone number of which only the ends can be read.

    Example:
        >>> masked_phone("13800138000")
        '138****8000'
    """
    return f"{text[:3]}****{text[-4:]}" if len(text) > 7 else f"****{text[-2:]}"  # noqa: PLR2004


def masked_email(text: str) -> str:
    """Return a mail address of which only the first letter and the place can be read.

    Example:
        >>> masked_email("ada@example.org")
        'a***@example.org'
    """
    return f"{text[:1]}***@{text.rpartition('@')[2]}" if text else ""


def masked_id(text: str) -> str:
    """Return an ID number of which only the ends can be read.

    Example:
        >>> masked_id("11010519491231002X")
        '110***2X'
    """
    return f"{text[:3]}***{text[-2:]}" if text else ""


def masked_name(text: str) -> str:
    """Return a name of which only the first sign, or the first word's first letter, can be read.

    Example:
        >>> masked_name("张小明"), masked_name("Ada Lovelace")
        ('张**', 'A*** L***')
    """
    if text.isascii():
        return " ".join(f"{word[0]}***" for word in text.split())
    return text[:1] + "*" * (len(text) - 1)
