"""The document: round trip, digest, refusal of what is not one."""

from dataclasses import replace

import pytest

from blowback.dossier.document import Document
from blowback.errors import NotReadable


def test_json_there_and_back_is_the_same_document(document):
    assert Document.from_json(document.to_json()) == document
    assert Document.from_json(document.to_json()).to_json() == document.to_json()


def test_the_digest_leaves_out_the_moment_and_the_ledger_and_nothing_else(document):
    later = replace(document, made_at="2027-01-01T00:00:00Z", hashes=replace(document.hashes, ledger_head="0" * 64))
    assert later.digest() == document.digest()
    assert replace(document, findings_total=99).digest() != document.digest()
    assert replace(document, hashes=replace(document.hashes, manifest_head="0" * 64)).digest() != document.digest()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 99}', '{"schema": 1}', '{"schema": 1, "made_at": 3}'])
def test_what_is_no_dossier_is_refused_with_a_next_step(text):
    with pytest.raises(NotReadable) as caught:
        Document.from_json(text)
    assert "blowback dossier" in caught.value.hint


def test_a_value_of_the_wrong_kind_is_refused(document):
    broken = document.to_json().replace(b'"findings_total":4', b'"findings_total":"4"')
    with pytest.raises(NotReadable, match="damaged"):
        Document.from_json(broken)
