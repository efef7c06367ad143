from ipaddress import IPv4Address

import pytest

from luxx.sandbox.addresses import Reach, reach

PUBLIC = ["8.8.8.8", "1.1.1.1", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]
PUBLIC += ["2002:808:808::1"]
PRIVATE = ["127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "::1", "fd12::1"]
PRIVATE += ["100.64.0.1", "198.18.0.1", "192.0.2.1", "2001:db8::1", "fec0::1"]
PRIVATE += ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1"]
PRIVATE += [
    "2002:7f00:1::",
    "2002:0a00:0001::1",
    "2001:4860::5efe:7f00:1",
    "2001:4860::200:5efe:a00:1",
]
NEVER = [
    "169.254.169.254",
    "169.254.0.1",
    "fe80::1",
    "fe80::1%eth0",
    "fd00:ec2::254",
    "fd20:ce::254",
]
NEVER += [
    str(IPv4Address(0)),
    "0.1.2.3",
    "::",
    "224.0.0.1",
    "ff02::1",
    "240.0.0.1",
    "255.255.255.255",
]
NEVER += ["100.100.100.200", "168.63.129.16", "192.0.0.192", "64:ff9b:1::8.8.8.8"]
NEVER += ["::ffff:169.254.169.254", "::ffff:0.0.0.0", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::"]
NEVER += ["::127.0.0.1", "::ffff:0:127.0.0.1", "2001:0:a9fe:a9fe::1", "2001:4860::5efe:a9fe:a9fe"]
NEVER += ["2001:0:808:808:0:0:5601:5601", "localhost", "", "127.1", "2130706433", "0x7f000001"]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_global_address_is_for_everybody(address: str) -> None:
    assert reach(address) is Reach.PUBLIC


@pytest.mark.parametrize("address", PRIVATE)
def test_a_local_address_is_for_the_trusted_however_it_is_wrapped(address: str) -> None:
    assert reach(address) is Reach.PRIVATE


@pytest.mark.parametrize("address", NEVER)
def test_metadata_multicast_and_nonsense_are_for_nobody(address: str) -> None:
    assert reach(address) is Reach.NEVER
