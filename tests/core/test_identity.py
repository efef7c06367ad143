"""Names, addresses and passwords: what fits, and which are the same."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luxx.core.identity import check_email, check_password, check_username, identify
from luxx.errors import BadInput


@pytest.mark.parametrize("name", ["bob", "B.o-b_1", "李小龙", "Müller", "a" * 32, "..."])
def test_a_name_of_letters_digits_and_three_signs(name: str) -> None:
    assert check_username(name)[0] == name


@pytest.mark.parametrize(
    "name",
    [
        *("", "ab", "a" * 33, "x" * 1_000_000, "\ufb03" * 11),
        *("a b c", "bob\n", "bob\0", "bob@x", "a/b/c", "<b>", "bob\u200b", "bob\ud83d"),
        *(123, None),
    ],
)
def test_another_name_does_not_fit(name: object) -> None:
    with pytest.raises(BadInput) as refused:
        check_username(name)
    assert refused.value.field == "username"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Bob", "bOB"), ("Straße", "STRASSE"), ("ｂｏｂ", "bob"), ("Mu\u0308ller", "müller")],
)
def test_names_that_look_the_same_are_one(one: str, other: str) -> None:
    assert check_username(one)[1] == check_username(other)[1]


@given(st.text(max_size=40))
def test_every_name_that_fits_can_be_stored_and_found_again(name: str) -> None:
    identity = identify(name)
    if identity is None:
        return
    shown, key = identity
    assert 3 <= len(shown) <= 32
    assert len(key) <= 64
    assert all(character.isalnum() or character in "_.-" for character in shown)
    assert identify(shown) == identity
    assert unicodedata.is_normalized("NFKC", shown + key)
    for same in (name.swapcase(), name.upper()):
        other = identify(same)
        assert other is None or other[1] == key or same.casefold() != name.casefold()


@pytest.mark.parametrize(
    ("email", "stored"),
    [
        ("user@example.com", "user@example.com"),
        (" First.Last+tag@Mail.Example.CO ", "first.last+tag@mail.example.co"),
        (f"{'a' * 64}@{'b' * 63}.{'c' * 63}.de", f"{'a' * 64}@{'b' * 63}.{'c' * 63}.de"),
    ],
)
def test_an_address_is_stored_folded(email: str, stored: str) -> None:
    assert check_email(email) == stored


@pytest.mark.parametrize(
    "email",
    [
        *("", "user", "user@localhost", "@example.com", "user@", "a@b@c.de", "a@b.de,c@d.de"),
        *("a b@c.de", ".a@b.de", "a.@b.de", "a..b@c.de", "ü@b.de", f"{'a' * 65}@b.de"),
        *("a@b..de", "a@-b.de", "a@b-.de", f"a@{'b.' * 130}de", f"a@{'b' * 64}.de"),
        *("a@b.de\n.x", "a@b.de\0", 5, None),
    ],
)
def test_another_address_does_not_fit(email: object) -> None:
    with pytest.raises(BadInput) as refused:
        check_email(email)
    assert refused.value.field == "email"


@given(st.emails())
def test_a_standard_address_is_taken_or_refused_but_never_bent(email: str) -> None:
    try:
        stored = check_email(email)
    except BadInput:
        return
    assert stored == email.lower()
    assert check_email(email.upper()) == stored
    assert stored.count("@") == 1


@given(st.text(max_size=300))
def test_what_is_taken_has_one_at_and_a_dot_behind_it(text: str) -> None:
    try:
        stored = check_email(text + "@b.de")
    except BadInput:
        return
    assert stored.count("@") == 1
    assert len(stored) <= 254
    assert not set(stored) & set(" \t\n\0<>\"',;:\\") - {"'"}


@pytest.mark.parametrize("password", ["x" * 8, "x" * 1024, "密" * 8, "        ", "\0" * 8])
def test_eight_characters_of_any_kind_are_a_password(password: str) -> None:
    assert check_password(password) == password


@pytest.mark.parametrize("password", ["", "x" * 7, "x" * 1025, None, 12345678])
def test_another_password_does_not_fit_and_is_not_repeated(password: object) -> None:
    with pytest.raises(BadInput) as refused:
        check_password(password)
    assert refused.value.field == "password"
    assert refused.value.message == "password must have 8 to 1,024 characters"
