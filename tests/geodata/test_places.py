"""Codes and names from real files become place ids, and nothing is guessed."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.places import COUNTRY_IDS, STATES_FILE, Family, country_name, resolve, short_name, sovereign, states

MEMBERS = """
AFG ALB DZA AND AGO ATG ARG ARM AUS AUT AZE BHS BHR BGD BRB BLR BEL BLZ BEN BTN BOL BIH BWA BRA BRN BGR BFA BDI CPV KHM
CMR CAN CAF TCD CHL CHN COL COM COG COD CRI CIV HRV CUB CYP CZE DNK DJI DMA DOM ECU EGY SLV GNQ ERI EST SWZ ETH FJI FIN
FRA GAB GMB GEO DEU GHA GRC GRD GTM GIN GNB GUY HTI HND HUN ISL IND IDN IRN IRQ IRL ISR ITA JAM JPN JOR KAZ KEN KIR KWT
KGZ LAO LVA LBN LSO LBR LBY LIE LTU LUX MDG MWI MYS MDV MLI MLT MHL MRT MUS MEX FSM MDA MCO MNG MNE MAR MOZ MMR NAM NRU
NPL NLD NZL NIC NER NGA PRK MKD NOR OMN PAK PLW PAN PNG PRY PER PHL POL PRT QAT KOR ROU RUS RWA KNA LCA VCT WSM SMR STP
SAU SEN SRB SYC SLE SGP SVK SVN SLB SOM ZAF SSD ESP LKA SDN SUR SWE CHE SYR TJK TZA THA TLS TGO TON TTO TUN TUR TKM TUV
UGA UKR ARE GBR USA URY UZB VUT VEN VNM YEM ZMB ZWE
"""

CASES: list[tuple[Family, object, str | None]] = [
    ("name", "Bosnia-Herzegovina", "BIH"),
    ("name", "DR Congo (Zaire)", "COD"),
    ("name", "Russia (Soviet Union)", "RUS"),
    ("name", "Yemen (North Yemen)", "YEM"),
    ("name", "Cambodia (Kampuchea)", "KHM"),
    ("name", "Myanmar (Burma)", "MMR"),
    ("name", "Serbia (Yugoslavia)", "SRB"),
    ("name", "Zimbabwe (Rhodesia)", "ZWE"),
    ("name", "Kingdom of eSwatini (Swaziland)", "SWZ"),
    ("name", "Ivory Coast", "CIV"),
    ("name", "Côte d'Ivoire", "CIV"),
    ("name", "COTE D’IVOIRE", "CIV"),
    ("name", "Türkiye", "TUR"),
    ("name", "TURKIYE", "TUR"),
    ("name", "Cabo Verde", "CPV"),
    ("name", "  the  Gambia ", "GMB"),
    ("name", "Gambia, The", "GMB"),
    ("name", "St. Lucia", "LCA"),
    ("name", "Trinidad & Tobago", "TTO"),
    ("name", "Sao Tome and Principe", "STP"),
    ("name", "Curacao", "CUW"),
    ("name", "Venezuela (Bolivarian Republic of)", "VEN"),
    ("name", "Iran (Islamic Republic of)", "IRN"),
    ("name", "Korea, Dem. People's Rep.", "PRK"),
    ("name", "Niger", "NER"),
    ("name", "Nigeria", "NGA"),
    ("name", "Guinea", "GIN"),
    ("name", "Dominica", "DMA"),
    ("name", "Northern Cyprus", "x-northern-cyprus"),
    ("name", "Korea", None),
    ("name", "Virgin Islands", None),
    ("name", "Czechoslovakia", None),
    ("name", "Soviet Union", None),
    ("name", "Venezuel", None),
    ("iso3", "ven", "VEN"),
    ("iso3", "XKX", "XKX"),
    ("iso3", "ROM", None),
    ("iso2", "AS", "ASM"),
    ("iso2", "NA", "NAM"),
    ("fips", "AS", "AUS"),
    ("fips", "CH", "CHN"),
    ("fips", "SP", "ESP"),
    ("fips", "RS", "RUS"),
    ("fips", "NI", "NGA"),
    ("fips", "KV", "XKX"),
    ("fips", "OD", "SSD"),
    ("fips", "GZ", "PSE"),
    ("fips", "WE", "PSE"),
    ("fips", "OS", None),
    ("gw", 101, "VEN"),
    ("gw", "365", "RUS"),
    ("gw", 652.0, "SYR"),
    ("gw", "369.0", "UKR"),
    ("gw", 2, "USA"),
    ("gw", "002", "USA"),
    ("gw", 340, "SRB"),
    ("gw", 345, "SRB"),
    ("gw", 678, "YEM"),
    ("gw", 260, "DEU"),
    ("gw", 680, None),
    ("gw", 315, None),
    ("cow", 255, "DEU"),
    ("cow", 679, "YEM"),
    ("cow", 955, "TON"),
    ("numeric", "036", "AUS"),
    ("numeric", 36, "AUS"),
    ("numeric", 862, "VEN"),
    ("cameo", "ROM", "ROU"),
    ("cameo", "TMP", "TLS"),
    ("cameo", "GZS", "PSE"),
    ("cameo", "VEN", "VEN"),
    ("cameo", "COP", None),
]


@pytest.mark.parametrize(("family", "value", "place"), CASES, ids=lambda value: str(value))
def test_an_importer_gets_the_place_a_source_means(family: Family, value: str, place: str | None) -> None:
    answer = resolve([value], family)
    assert answer.ids == [place]
    assert answer.unresolved == ({} if place else {str(value).strip(): 1})


def test_every_member_and_observer_of_the_united_nations_is_listed() -> None:
    table = states().set_index("id")["un_status"]
    assert len(MEMBERS.split()) == len(set(MEMBERS.split())) == 193
    assert set(table.index[table == "un_member"]) == set(MEMBERS.split())
    assert set(table.index[table == "observer"]) == {"VAT", "PSE"}
    assert {"XKX", "TWN", "ESH", "x-northern-cyprus", "x-somaliland", "ATA"} <= set(COUNTRY_IDS)


@pytest.mark.parametrize("family", ["iso3", "iso2", "numeric", "fips", "gw", "cow", "cameo", "name"])
def test_every_code_in_the_table_means_one_place(family: Family) -> None:
    column = {"iso3": "id", "numeric": "iso_numeric"}.get(family, family)
    rows = [(code, row["id"]) for _, row in states().iterrows() for code in row[column].split("|") if code]
    assert resolve([code for code, _ in rows], family).ids == [place for _, place in rows]


def test_every_alias_and_short_name_leads_back_to_its_place() -> None:
    for row in states().to_dict("records"):
        names = [row["short"], *filter(None, row["aliases"].split("|"))]
        assert set(resolve(names, "name").ids) == {row["id"]}, row["id"]


def test_codes_have_the_form_their_family_prescribes() -> None:
    table = states()
    assert table["iso2"].str.fullmatch(r"([A-Z]{2}(\|UK)?)?").all()
    assert table["iso_numeric"].str.fullmatch(r"(\d{3})?").all()
    assert table["fips"].str.fullmatch(r"([A-Z]{2}(\|[A-Z]{2})*)?").all()
    assert table["gw"].str.fullmatch(r"(\d{1,3}(\|\d{3})*)?").all()
    assert set(table["sovereign"]) <= {"", *COUNTRY_IDS}


def test_a_column_of_mixed_codes_and_names_resolves_by_itself() -> None:
    assert resolve(["VEN", "Russia", "Türkiye", "x-somaliland"]).ids == ["VEN", "RUS", "TUR", "x-somaliland"]


def test_a_two_letter_code_that_could_be_two_countries_is_not_guessed() -> None:
    assert resolve(["AS"]).unresolved == {"AS": 1}
    assert resolve(["US", "VE"]).ids == ["USA", "VEN"]


def test_a_column_that_only_one_family_knows_is_read_in_that_family() -> None:
    assert resolve(["AS", "RP", "EI"]).ids == ["AUS", "PHL", "IRL"]
    assert resolve(["101", "369", "955"]).ids == ["VEN", "UKR", "TON"]


@pytest.mark.parametrize("odd", ["EU", "SU", "UN", "XK", "RP", "YU", "ZZ"])
def test_one_odd_code_does_not_decide_what_the_others_mean(odd: str) -> None:
    """Codes of which one is reserved, withdrawn or of the other family stay open, or what they are without it."""
    assert resolve(["US", "CN", odd, "CH", "RS"]).ids[:2] == ["USA", None]
    assert resolve(["US", "CN", odd, "CH", "DE"]).ids[1] == (None if odd == "RP" else "CHN")
    assert resolve(["US", "CN", odd, "RP", "EI"]).ids[1] == "COM"
    assert resolve(["US", "CN", odd, "DE", "JP", "IQ", "RU", "UA"]).ids[1] == "CHN"


def test_what_only_reserves_a_code_is_no_state() -> None:
    assert resolve(["DE", "EU", "UN", "SU"]).unresolved == {"EU": 1, "UN": 1, "SU": 1}
    assert resolve(["US", "EU", "SU"]).unresolved == {"EU": 1, "SU": 1}


def test_two_letters_among_names_are_no_codes_and_na_is_no_value() -> None:
    """In a column of names only names have an answer, of which UK and US are two; NA is what R writes for nothing."""
    answer = resolve(["Ukraine", "EU", "Russia", "UN", "NA", "SU", "UK", "US", "CH"])
    assert answer.ids == ["UKR", None, "RUS", None, None, None, "GBR", "USA", None]
    assert answer.unresolved == {"EU": 1, "UN": 1, "SU": 1, "CH": 1}
    assert resolve(["VEN", "RUS", "NA"]).unresolved == resolve(["NA"]).unresolved == {}


def test_na_is_namibia_among_codes_of_iso_and_that_is_told() -> None:
    assert resolve(["NA", "DE", "FR"]).ids == ["NAM", "DEU", "FRA"]
    assert any("“NA” is read as Namibia" in one.words for one in resolve(["NA", "DE", "FR"]).judgements)
    assert any("“NA” is read as Namibia" in one.words for one in resolve(["NA"], "iso2").judgements)
    assert resolve(["NA", "RP", "EI"]).unresolved == {}
    assert resolve(["NA", "US", "CN"]).unresolved == {"NA": 1, "CN": 1}


def test_the_judgement_of_a_column_is_told_with_what_shows_it() -> None:
    [iso], [fips], [either] = (resolve([*codes, "CN"]).judgements for codes in (["DE"], ["RP", "EI"], ["US"]))
    assert iso.words == "two letters are read as ISO 3166, which alone has DE"
    assert fips.words == "two letters are read as FIPS 10-4, which alone has RP, EI"
    assert either.words == "two letters may be codes of ISO 3166 or FIPS 10-4, so CN stay without an answer"
    assert [one.choices for one in (iso, fips, either)] == [(), (), ("iso2", "fips")]
    assert resolve(["FR", "DE", "Peru"]).judgements == ()


def test_numbers_with_two_readings_stay_open_and_say_which() -> None:
    [judged] = resolve(["100", "2"]).judgements
    assert "100 stay without an answer" in judged.words
    assert judged.choices[0] == "numeric"


PAIRS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2)


@given(st.lists(PAIRS, min_size=1, max_size=12), PAIRS)
def test_no_single_code_turns_the_country_of_another_into_a_third(codes: list[str], odd: str) -> None:
    """One more code may give or take an answer, but never puts another country in its place."""
    before, after = resolve(codes).ids, resolve([*codes, odd]).ids
    assert all(one in (None, other) or other is None for one, other in zip(before, after, strict=False))


def test_the_unresolved_are_counted_as_written_and_the_missing_are_not() -> None:
    answer = resolve(["Atlantis", None, "", float("nan"), "Atlantis", "Narnia", "Peru"])
    assert answer.ids == [None, None, None, None, None, None, "PER"]
    assert answer.unresolved == {"Atlantis": 2, "Narnia": 1}


def test_an_unknown_family_is_refused_with_a_suggestion() -> None:
    with pytest.raises(ValueError, match="Did you mean 'fips'"):
        resolve(["US"], "fipps")  # type: ignore[arg-type]


def test_names_for_titles_and_for_the_map() -> None:
    assert (country_name("COD"), short_name("COD")) == ("Democratic Republic of the Congo", "DR Congo")
    assert country_name("x-somaliland") == "Somaliland"
    with pytest.raises(KeyError):
        country_name("ZZZ")


def test_a_territory_knows_its_state() -> None:
    assert [sovereign(place) for place in ("GRL", "GUF", "VEN", "ESH", "ATA")] == ["DNK", "FRA", "VEN", None, None]


@given(st.lists(st.text(max_size=12)))
def test_any_text_gives_one_answer_each_and_accounts_for_all(values: list[str]) -> None:
    answer = resolve(values)
    filled = [value for value in values if value.strip() and value.strip().upper() != "NA"]
    assert len(answer.ids) == len(values)
    assert sum(place is not None for place in answer.ids) + sum(answer.unresolved.values()) == len(filled)


def test_the_table_is_sorted_and_has_no_stray_spaces() -> None:
    rows = list(csv.reader(Path(STATES_FILE).read_text(encoding="utf-8").splitlines()))
    assert all(cell == cell.strip() for row in rows for cell in row)
    assert list(COUNTRY_IDS) == sorted(COUNTRY_IDS, key=lambda place: (place.startswith("x-"), place))
