"""Finds the declared documents, in plugin folders and by the entry points "gipdocs.documents"."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any

from gipdocs.documents.document import Answers, AnyOffice, Document, Layouts
from gipdocs.documents.explaining import explain
from gipdocs.errors import PluginError, SetupError, UnknownDocument

if TYPE_CHECKING:  # what compiles takes long to load, and a list of the documents needs none of it
    from gipdocs.docx.template import Template
    from gipdocs.docx.wording import Wording, WordingLine

GROUP = "gipdocs.documents"
PROJECT = Path(__file__).resolve().parents[2]
LAYOUTS, WORDINGS = "doc_templates", "wording"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A document that was found: `source` names its file for messages, `homes` are the folders of its other files.

    Layouts and wording are read and compiled when one of them is first used, or read by `hold` and compiled by `compile`
    before that. They stay as they were read: files that change later change no document. PluginError names a file that
    cannot be read or compiled.
    """

    document: Document
    source: str
    homes: tuple[Path, ...]

    @property
    def layouts(self) -> Mapping[str, Template]:
        """The compiled layouts by name."""
        return self._compiled[0]

    @property
    def wording(self) -> Wording | None:
        """The compiled wording, if the document has one."""
        return self._compiled[1]

    def hold(self) -> None:
        """Read layouts and wording now."""
        _ = self._held

    def compile(self) -> None:
        """Compile layouts and wording now."""
        _ = self._compiled

    @cached_property
    def _held(self) -> tuple[Mapping[str, tuple[Path, bytes]], tuple[Path, tuple[WordingLine, ...]] | None]:
        """The files of the layouts by name, and the lines of the wording, each with its path."""
        from gipdocs.docx.template import read_template

        with self._naming_the_plugin():
            places = {name: _locate(name, self.homes, "") for name in self.document.templates}
            layouts = {name: (path, read_template(path)) for name, path in places.items()}
            return layouts, _read_wording(self.document.wording, self.homes) if self.document.wording else None

    @cached_property
    def _compiled(self) -> tuple[Mapping[str, Template], Wording | None]:
        from gipdocs.docx.template import load_template
        from gipdocs.docx.wording import compile_wording

        layouts, wording = self._held
        with self._naming_the_plugin():
            compiled = {name: load_template(path, data) for name, (path, data) in layouts.items()}
            return compiled, compile_wording(*wording) if wording else None

    @contextmanager
    def _naming_the_plugin(self) -> Iterator[None]:
        try:
            yield
        except SetupError as error:
            raise PluginError(f"插件{self.source}（{self.document.id}）：{error}") from error

    @property
    def templates(self) -> tuple[Template, ...]:
        """The compiled layouts; most documents have one."""
        return tuple(self.layouts.values())

    def layout(self, answers: Answers, office: AnyOffice) -> Template:
        """The compiled layout for these answers."""
        return self.layouts[self._chosen(answers, office)]

    def context(self, answers: Answers, office: AnyOffice) -> dict[str, Any]:
        """The context for these answers, including the names that the chosen layout adds."""
        names, declared = self.document.context(answers, office), self.document.template
        if isinstance(declared, Layouts) and (more := declared.contexts.get(self._chosen(answers, office))):
            return names | more(answers, office)
        return names

    def _chosen(self, answers: Answers, office: AnyOffice) -> str:
        declared = self.document.template
        return declared.choose(answers, office) if isinstance(declared, Layouts) else declared


class Registry(Mapping[str, Entry]):
    """All documents by id, in the order in which they were found."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        found: dict[str, Entry] = {}
        for entry in entries:
            if (twin := found.get(entry.document.id)) is not None:
                raise PluginError(
                    f"文书标识{entry.document.id}重复：{twin.source}和{entry.source}都声明了它，请给其中一个改名或者删去一个。"
                )
            found[entry.document.id] = entry
        self._entries = MappingProxyType(found)

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """The titles of all documents by id."""
        return {id: entry.document.title for id, entry in self._entries.items()}

    def __getitem__(self, key: str) -> Entry:
        try:
            return self._entries[key]
        except KeyError:
            raise UnknownDocument(f"没有标识为“{key}”的文书。") from None

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


class LateRegistry(Registry):
    """Documents of plugin folders by id, each looked for when it is first asked for, and passed to `check`, which may refuse it.

    One whose id no plugin spells isn't found, and what was not asked for yet is in no list.
    """

    def __init__(self, folders: Iterable[Path], check: Callable[[Entry], object]) -> None:
        super().__init__(())
        self._folders, self._check = tuple(folders), check
        self._found: dict[str, Entry] = {}
        self._lock = threading.Lock()
        for folder in self._folders:
            _demand(folder)

    def __getitem__(self, key: str) -> Entry:
        return self._found[key] if key in self else super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        return key in self._found or (isinstance(key, str) and self._find(key))

    def _find(self, key: str) -> bool:
        with self._lock:
            if key not in self._found and key in (spelled := find_spelled(key, self._folders)):
                self._check(spelled[key])
                self._found[key] = spelled[key]
            return key in self._found


def find(folders: Iterable[Path] = (PROJECT / "plugins",)) -> Registry:
    """The documents of the plugin folders and of installed packages; PluginError names the file and the fault.

    All modules are loaded; layouts and wordings are compiled later, see Entry.
    """
    from_folders = (entry for folder in folders for entry in _folder(folder))
    installed = (entry for point in entry_points(group=GROUP) for entry in _entry_point(point))
    return Registry([*from_folders, *installed])


def find_one(id: str, folders: Iterable[Path] = (PROJECT / "plugins",)) -> Registry:
    """As find, but only the plugins whose files spell the id, if one of them declares it.

    Several times faster; a fault of another plugin, or a second document with this id, may remain unseen.
    """
    folders = tuple(folders)
    registry = find_spelled(id, folders)
    return registry if id in registry else find(folders)


def find_spelled(id: str, folders: Iterable[Path]) -> Registry:
    """The documents of those plugins whose files spell the id: if possible, of those only that declare it as most do."""
    folders = tuple(folders)
    usual = Registry(entry for folder in folders for entry in _folder(folder, f'id="{id}"'))
    return usual if id in usual else Registry(entry for folder in folders for entry in _folder(folder, id))


def _folder(folder: Path, spelled: str = "") -> Iterator[Entry]:
    """The documents of a folder, or of those plugins in it that spell something."""
    _demand(folder)
    package = _package(folder)
    for path in sorted(folder.iterdir()):
        name = path.stem if path.suffix == ".py" else path.name if (path / "__init__.py").is_file() else ""
        if name and not name.startswith(("_", ".")) and _spells(path, spelled):
            yield from _entries(_import(f"{package}.{name}", str(path)), str(path), homes=(folder.parent, folder))


def _demand(folder: Path) -> None:
    if not folder.is_dir():
        raise PluginError(f"找不到插件目录{folder}，请核对设置GIPDOCS_PLUGINS。")


def _spells(path: Path, text: str) -> bool:
    """Whether a module, or one of a package, spells a text; also if it cannot be read, so that its import tells why."""
    try:
        return any(text.encode() in file.read_bytes() for file in (path.rglob("*.py") if path.is_dir() else [path]))
    except OSError:
        return True


def _package(folder: Path) -> str:
    """The package name under which a folder's modules are imported, so that `from ._shared import` works in them."""
    folder = folder.resolve()
    for name in (folder.name, f"{folder.name}_{abs(hash(folder)):x}"):
        known = sys.modules.get(name)
        if known is None and importlib.util.find_spec(name) is None:
            package = ModuleType(name)
            package.__path__ = [str(folder)]
            sys.modules[name] = package
            return name
        if str(folder) in map(str, getattr(known or importlib.import_module(name), "__path__", [])):
            return name
    raise PluginError(f"插件目录{folder}与已安装的模块重名，请改名。")


def _entry_point(point: EntryPoint) -> Iterator[Entry]:
    source = f"{point.dist.name if point.dist else '?'}:{point.value}"
    module = _import(point.module, source)
    home = Path(module.__file__ or ".").parent
    yield from _entries(module, source, homes=(home, home.parent))


def _import(name: str, source: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:
        raise PluginError(f"插件{source}不能装入：{explain(error)}。") from error


def _entries(module: ModuleType, source: str, *, homes: tuple[Path, ...]) -> Iterator[Entry]:
    documents = list(_documents(module))
    if not documents:
        raise PluginError(f"插件{source}没有声明文书：请在模块中写一个Document，或者写成Document的元组。")
    yield from (Entry(document=document, source=source, homes=homes) for document in documents)


def _read_wording(name: str, homes: tuple[Path, ...]) -> tuple[Path, tuple[WordingLine, ...]]:
    """The path and the lines of the plugin's wording, which may include ours."""
    from gipdocs.docx.wording import read_wording

    path = _locate(name, homes, WORDINGS)
    return path, read_wording(path, (PROJECT / LAYOUTS / WORDINGS,))


def _documents(module: ModuleType) -> Iterator[Document]:
    """The documents that a module has under public names, declared there or imported, each once."""
    seen: list[Document] = []
    for name, value in vars(module).items():
        if not name.startswith("_"):
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, Document) and not any(one is other for other in seen):
                    seen.append(one)
                    yield one


def _locate(name: str, homes: tuple[Path, ...], below: str) -> Path:
    """The file in the plugin's own doc_templates folder or, if it is not there, in the project's."""
    candidates = [home / LAYOUTS / below / name for home in [*homes, PROJECT]]
    return next((path for path in candidates if path.is_file()), candidates[0])
