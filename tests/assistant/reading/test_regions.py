"""Places are found as people write them, and ordinary words are not places."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.normalise import view
from assistant.reading.regions import Gazetteer, Region, RegionMention

LEXICON = Path(__file__).parents[3] / "corpus" / "lexicon"
GAZETTEER = Gazetteer.load(LEXICON)
GROUPS = yaml.safe_load(Path(__file__).with_name("regions.yaml").read_text(encoding="utf-8"))
CASES = [
    pytest.param(sentence, expected, id=f"{group}: {sentence}")
    for group, cases in GROUPS.items()
    for case in cases
    for sentence, expected in case.items()
]
ROWS = [
    line.split(",")
    for line in (LEXICON / "regions.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


def region(name: str) -> Region:
    found = GAZETTEER.get(name)
    assert found is not None, name
    return found


def written(text: str, mention: RegionMention) -> str:
    """A mention in the notation of regions.yaml."""
    place = region(mention.code)
    names = [region(code).name for code in (*place.ancestors, place.code)]
    mark = ["unsure"] if mention.confidence < 0.5 else []
    return " ".join([text[mention.start : mention.end], "=", *names, *mark])


def test_there_are_eighty_written_mentions() -> None:
    assert len(CASES) >= 80


@pytest.mark.parametrize(("sentence", "expected"), CASES)
def test_place_is_read_as_written(sentence: str, expected: list[str]) -> None:
    text = view(sentence).text
    assert [written(text, mention) for mention in GAZETTEER.find(text)] == expected


def test_a_mention_names_province_city_and_district() -> None:
    (mention,) = GAZETTEER.find("厂在四川省达州市大竹县")
    assert (mention.province, mention.city, mention.district) == ("四川省", "达州市", "大竹县")
    (mention,) = GAZETTEER.find("厂在重庆江津")
    assert (mention.province, mention.city, mention.district) == ("重庆市", None, "江津区")
    (mention,) = GAZETTEER.find("厂在洛阳")
    assert (mention.province, mention.city, mention.district) == ("河南省", "洛阳市", None)


@pytest.mark.parametrize("name", ["两江新区", "江津", "酉阳", "万盛", "重庆高新区", "重庆市忠县"])
def test_these_lie_in_chongqing(name: str) -> None:
    assert region(name).within(region("重庆"))
    assert not region("重庆").within(region(name))


@pytest.mark.parametrize("name", ["达州", "洛阳", "贵州", "广安", "成都高新区"])
def test_these_do_not_lie_in_chongqing(name: str) -> None:
    assert not region(name).within(region("重庆"))


@pytest.mark.parametrize("name", ["鼓楼区", "朝阳区", "亚特兰蒂斯", "", "重庆和成都"])
def test_a_shared_or_unknown_name_is_no_region(name: str) -> None:
    assert GAZETTEER.get(name) is None


def test_of_a_province_and_a_city_of_one_name_the_province_is_meant() -> None:
    assert region("吉林").level == "province"
    assert region("吉林市").level == "city"


def test_a_shared_name_shows_its_alternatives() -> None:
    (mention,) = GAZETTEER.find("鼓楼区")
    others = {region(code).ancestors[-1] for code in mention.alternatives}
    assert region("福州").code in others


def test_every_division_is_found_under_its_whole_path() -> None:
    for code, name, _ in ROWS:
        place = region(code)
        path = "".join(region(ancestor).name for ancestor in place.ancestors) + name
        assert [m.code for m in GAZETTEER.find(path)] == [code], path


def test_a_line_that_is_no_division_is_refused() -> None:
    aliases = {"areas": [], "aliases": {}, "ordinary": [], "phrases": [], "names_before": ["银行"]}
    with pytest.raises(ValueError, match="unpack"):
        Gazetteer(["500000,重庆市"], aliases)


NAMES = st.sampled_from([part for row in ROWS for part in row[1:]])


@given(
    st.lists(NAMES | st.sampled_from("我在的和，厂区市县中山东渝洛蓉 "), max_size=8).map("".join)
)
def test_mentions_are_ordered_and_do_not_overlap(text: str) -> None:
    end = 0
    for mention in GAZETTEER.find(text):
        assert end <= mention.start < mention.end <= len(text)
        assert 0 < mention.confidence <= 1
        assert region(mention.code).within(region(mention.province))
        end = mention.end
