"""ZIP packages (DOCX, XLSX, OFD and plain ZIP), opened without trust in what they say.

In:  a package's bytes and the limits.
Out: its members' bytes, read in memory: no name in a package ever becomes a path on the disk. A
     bomb, a password or a broken member is a ReadError (tests/ingest/read/test_hostile.py).
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ingest.read.base import Limits, ReadError

_FREE = 2**20  # bytes of a member to which no ratio applies
_ENTRY = b"PK\x01\x02"  # opens a member's entry in the package's list
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError)


class Budget:
    """How many bytes and members may still be unpacked, for packages inside packages together."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._members = 0
        self.bytes = 0

    @property
    def left(self) -> int:
        """Bytes that may still be unpacked."""
        return self._limits.unzipped_bytes - self.bytes

    @property
    def spent(self) -> bool:
        """Whether nothing more can be unpacked."""
        return self.left < 0

    def add_members(self, count: int) -> None:
        """Count members; ReadError where there are too many."""
        self._members += count
        self._limits.check("members", self._members, "压缩包内的文件数")

    def add_bytes(self, count: int) -> None:
        """Count unpacked bytes; ReadError where there are too many."""
        self.bytes += count
        self._limits.check("unzipped_bytes", self.bytes, "解压后的字节数")


class Package:
    """An opened package; what is read from it is counted against the limits."""

    def __init__(self, data: bytes, limits: Limits, budget: Budget | None = None) -> None:
        """Raises ReadError where the bytes are no ZIP, or have too many members."""
        self._limits = limits
        self._budget = budget or Budget(limits)
        self._budget.add_members(data.count(_ENTRY))  # before their list takes any room
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise ReadError("压缩结构不完整，文件可能被截断或损坏，应重新取得") from error
        self._members = {info.filename: info for info in self._zip.infolist()}

    def names(self) -> list[str]:
        """The members that are files, as the package names them."""
        return [name for name, info in self._members.items() if not info.is_dir()]

    def shown_name(self, name: str) -> str:
        """A member's name for people: GBK names, which ZIP takes for CP437, put right."""
        if self._members[name].flag_bits & _UTF8_NAME:
            return name
        try:
            return name.encode("cp437").decode("gb18030")
        except UnicodeError:
            return name

    def is_link(self, name: str) -> bool:
        """Whether a member is a link to another file (symbolic, as Unix programs pack them)."""
        return stat.S_ISLNK(self._members[name].external_attr >> 16)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """A member's bytes; ReadError where it is missing, protected, broken or too large."""
        info = self._members.get(name)
        if info is None:
            raise ReadError(f"缺少应有的部分 {name}，文件可能损坏，应重新取得")
        shown = self.shown_name(name)
        if info.flag_bits & _ENCRYPTED:
            raise ReadError(f"{shown} 设有密码，应先解除密码")
        try:
            with self._zip.open(info) as member:
                data = member.read(max(self._budget.left, 0) + 1)
        except RuntimeError as error:
            raise ReadError(f"{shown} 设有密码，应先解除密码") from error
        except _BROKEN as error:
            raise ReadError(f"{shown} 解不开，文件可能被截断或损坏，应重新取得") from error
        self._budget.add_bytes(len(data))
        if len(data) > _FREE:
            ratio = len(data) // max(info.compress_size, 1)
            self._limits.check("ratio", ratio, f"{shown} 的压缩比")
        return data

    def xml(self, name: str) -> Element:
        """A member as XML; ReadError where it is none or declares entities of its own."""
        return parse_xml(self.read(name), name)


def refuse_dtd(data: bytes, name: str) -> None:
    """Raise ReadError where an XML part that another library will parse brings a document type."""
    if b"<!DOCTYPE" in data.replace(b"\0", b""):
        raise ReadError(f"{name} 含有实体定义（DTD），不安全，未读入；应用办公软件另存后再读入")


def parse_xml(data: bytes, name: str) -> Element:
    """The root of an XML part; ReadError where it is broken or brings a document type."""
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise ReadError(
            f"{name} 含有实体定义（DTD），不安全，未读入；应用办公软件另存后再读入"
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise ReadError(f"{name} 不是完整的 XML，文件可能损坏，应重新取得") from error
    return root


def local(tag: object) -> str:
    """An element's name without its namespace; "" for comments."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str | None:
    """An attribute's value by its name without namespace."""
    for key, value in element.attrib.items():
        if local(key) == name:
            return value
    return None
