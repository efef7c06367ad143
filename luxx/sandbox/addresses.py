"""Who may be sent to an IP address: everybody, only those who are trusted, or nobody."""

from collections.abc import Iterator
from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address


class Reach(IntEnum):
    """Ordered: an address that stands for several takes the strictest."""

    PUBLIC = 1
    PRIVATE = 2
    NEVER = 3


#: Beyond link-local, multicast, unspecified and reserved ones, which `ipaddress` knows.
_NEVER = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # "this host": connecting to 0.0.0.0 reaches loopback
        "100.100.100.200/32",  # metadata services that do not live on a link-local address
        "168.63.129.16/32",
        "192.0.0.192/32",
        "fd00:ec2::/32",
        "fd20:ce::/32",
        "64:ff9b:1::/48",  # local NAT64: only that network knows which IPv4 address is meant
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)


def reach(text: str) -> Reach:
    """Classify an address as a resolver writes it; what is no address is reached by nobody."""
    try:
        address = ip_address(text)
    except ValueError:
        return Reach.NEVER
    if isinstance(address, IPv4Address):
        return _reach(address)
    if address.ipv4_mapped or address in _NAT64:
        return _reach(_ipv4(int(address)))
    return max([_reach(address), *map(_reach, _tunnelled(address))])


def _reach(address: Address) -> Reach:
    if (
        address.is_link_local
        or address.is_multicast
        or address.is_unspecified
        or (address.is_reserved and not address.is_loopback)
        or any(address in network for network in _NEVER)
    ):
        return Reach.NEVER
    is_site_local = isinstance(address, IPv6Address) and address.is_site_local
    return Reach.PUBLIC if address.is_global and not is_site_local else Reach.PRIVATE


def _tunnelled(address: IPv6Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses to which a router that speaks an old tunnel would send this."""
    if address.sixtofour:
        yield address.sixtofour
    if (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP:
        yield _ipv4(int(address))
    yield from address.teredo or ()


def _ipv4(bits: int) -> IPv4Address:
    return IPv4Address(bits & 0xFFFF_FFFF)
