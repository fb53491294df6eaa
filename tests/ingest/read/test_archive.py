"""ZIP archives: papers one by one, with the names that people gave them."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from ingest.read import Limits
from ingest.read.archive import members


def test_members_of_archives_inside_too(papers: Any) -> None:
    inner = papers.zip({"乙.txt": "二", "__MACOSX/._乙.txt": "x", "~$乙.docx": "x"})
    data = papers.zip({"文件/甲.txt": "一", "内.zip": inner, ".DS_Store": "x"})
    assert [(member.name, member.data.decode()) for member in members(data, "a.zip", Limits())] == [
        ("a.zip!文件/甲.txt", "一"), ("a.zip!内.zip!乙.txt", "二"),
    ]  # fmt: skip


def test_names_in_gbk_are_put_right() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        name = "实施办法.txt".encode("gbk").decode("cp437")
        info = zipfile.ZipInfo(name)
        package.writestr(info, "一")
    data = out.getvalue().replace(name.encode(), b"")
    # ZipFile stores such a name as UTF-8; written as Windows does, it is GBK without the flag
    raw = "实施办法.txt".encode("gbk")
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as package:
        package.writestr("x" * len(raw), "一")
    data = plain.getvalue().replace(b"x" * len(raw), raw)
    assert [member.name for member in members(data, "a.zip", Limits())] == ["a.zip!实施办法.txt"]


def test_names_that_climb_are_refused(papers: Any) -> None:
    names = ("../../etc/x.txt", "/etc/x.txt", "C:\\x.txt", "a/../../x.txt", "..\\x.txt")
    data = papers.zip(dict.fromkeys(names, "x") | {"甲.txt": "一"})
    found = list(members(data, "a.zip", Limits()))
    assert [member.name for member in found if not member.problem] == ["a.zip!甲.txt"]
    problem = "压缩包内的文件名指向包外，未读入；应去掉其中的 .. 和盘符后重新打包"
    assert {member.problem for member in found} == {"", problem}
    assert len(found) == len(names) + 1


def test_one_bad_member_does_not_stop_the_others(papers: Any) -> None:
    data = bytearray(papers.zip({"甲.txt": "一" * 1000, "乙.txt": "二"}))
    data[45:50] = b"\xff" * 5
    found = {member.name: member for member in members(bytes(data), "a.zip", Limits())}
    assert "损坏" in found["a.zip!甲.txt"].problem
    assert found["a.zip!乙.txt"].data.decode() == "二"


def test_limits_hold_for_all_archives_together(papers: Any) -> None:
    bomb = papers.zip({f"{n}.txt": b"0" * 500_000 for n in range(4)})
    data = papers.zip({f"{n}.zip": bomb for n in range(4)})

    def problems(limits: Limits) -> list[str]:
        return [member.problem for member in members(data, "a.zip", limits) if member.problem]

    assert problems(Limits()) == []
    assert "POLICY_INGEST_UNZIPPED_BYTES" in problems(Limits(unzipped_bytes=2_000_000))[0]
    assert "POLICY_INGEST_MEMBERS" in problems(Limits(members=10))[0]
    assert "POLICY_INGEST_NESTING" in problems(Limits(nesting=1))[0]


def test_a_high_ratio_is_refused(papers: Any) -> None:
    data = papers.zip({"甲.txt": b"0" * 5_000_000, "乙.txt": "二"})
    first, second = members(data, "a.zip", Limits())
    assert "压缩比超过上限 200（设置 POLICY_INGEST_RATIO）" in first.problem
    assert second.data.decode() == "二"


def test_a_protected_member_is_named(papers: Any) -> None:
    data = bytearray(papers.zip({"甲.txt": "一"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    (member,) = members(bytes(data), "a.zip", Limits())
    assert "设有密码" in member.problem


def test_what_is_no_archive_is_a_problem() -> None:
    (member,) = members(b"PK\x03\x04" + b"x" * 100, "a.zip", Limits())
    assert "截断或损坏" in member.problem
