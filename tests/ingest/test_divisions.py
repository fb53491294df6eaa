"""The list of divisions is what the package says, with short names as people say them."""

from __future__ import annotations

import io
import tarfile

import pytest

from ingest.divisions import divisions, short_name, written

TABLES = {
    "provinces": "code,name\n50,重庆市\n51,四川省\n",
    "cities": "code,name,provinceCode\n5001,市辖区,50\n5002,县,50\n5117,达州市,51\n",
    "areas": "code,name,cityCode,provinceCode\n500116,江津区,5001,50\n511724,大竹县,5117,51\n",
}


def package(tables: dict[str, str]) -> tarfile.TarFile:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as out:
        for name, text in tables.items():
            member = tarfile.TarInfo(f"package/dist/{name}.csv")
            content = text.encode()
            member.size = len(content)
            out.addfile(member, io.BytesIO(content))
    packed.seek(0)
    return tarfile.open(fileobj=packed)


def test_divisions_come_in_the_order_of_their_codes_without_unnamed_levels() -> None:
    with package(TABLES) as packed:
        rows = divisions(packed)
    assert rows == [
        ("500000", "重庆市", "重庆"),
        ("500116", "江津区", "江津"),
        ("510000", "四川省", "四川"),
        ("511700", "达州市", "达州"),
        ("511724", "大竹县", "大竹"),
        ("710000", "台湾省", "台湾"),
        ("810000", "香港特别行政区", "香港"),
        ("820000", "澳门特别行政区", "澳门"),
    ]


def test_the_file_names_its_source_and_licence() -> None:
    text = written([("500000", "重庆市", "重庆")], "2.7.0")
    assert "china-division 2.7.0 (MIT)" in text
    assert [line for line in text.splitlines() if line[0] != "#"] == ["500000,重庆市,重庆"]


def test_a_package_without_the_tables_is_refused() -> None:
    with package({"cities": ""}) as packed, pytest.raises(KeyError, match="provinces"):
        divisions(packed)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("内蒙古自治区", "内蒙古"),
        ("广西壮族自治区", "广西"),
        ("酉阳土家族苗族自治县", "酉阳"),
        ("巴音郭楞蒙古自治州", "巴音郭楞"),
        ("景宁畲族自治县", "景宁"),
        ("浦东新区", "浦东新区"),
        ("北戴河新区", "北戴河新区"),
        ("阿里地区", "阿里"),
        ("忠县", "忠县"),
        ("东区", "东区"),
        ("香港特别行政区", "香港"),
    ],
)
def test_short_names(name: str, short: str) -> None:
    assert short_name(name) == short
