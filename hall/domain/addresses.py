"""Where a request comes from: which addresses are one place, and which networks many share."""

import ipaddress

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
#: Of an address of the newer kind, a place has so many bits; the rest its devices choose.
PLACE_BITS = 64


def networks_in(text: str) -> tuple[Network, ...]:
    """Return the networks that a setting names.

    Raises:
        ValueError: one of them is none; it says which.
    """
    named = (piece.strip() for piece in text.split(","))
    return tuple(ipaddress.ip_network(name) for name in named if name)


def place_of(address: str) -> str:
    """Return what stands for the place of an address.

    Example:
        >>> place_of("203.0.113.7"), place_of("::ffff:203.0.113.7"), place_of("2001:db8:1:2:3::4")
        ('203.0.113.7', '203.0.113.7', '2001:db8:1:2::/64')
    """
    found = _read(address)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, PLACE_BITS), strict=False))
    return str(found or address)


def is_within(address: str, networks: tuple[Network, ...]) -> bool:
    """Whether an address is one of some networks'; what is no address is in none."""
    found = _read(address)
    return found is not None and any(found in network for network in networks)


def _read(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
