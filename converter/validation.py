"""Stage 9: files to findings, by Arelle. The only module that knows Arelle.

Everything runs offline, in a fresh session per document (a session is single-use and its
log is global), with a cache folder of its own that does not exist: neither the network
nor what another program left on this machine changes the verdict.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import tempfile
import threading
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from converter.archive import zipped
from converter.errors import TaxonomyError, ValidatorError
from converter.guarding import check_report, guarded
from converter.model import Finding, Instance, RenderedFile, Severity, Span
from converter.recognising import recognised
from converter.rendering import render_package, used_concepts
from converter.reported import Reported, reported_facts
from converter.taxonomy import Concept, Taxonomy
from converter.taxonomy_package import has_metadata, member_of, rewrites_of

BUILT_IN = "the built-in index"
_Records = list[logging.LogRecord]
_LOCK = threading.Lock()
_SEVERITIES = {
    "CRITICAL": Severity.ERROR,
    "ERROR": Severity.ERROR,
    "INCONSISTENCY": Severity.ERROR,
    "WARNING": Severity.WARNING,
}
_FATAL = ("arelle:package", "arelle:plugin", "tpe:")
_NO_MEMORY = "exception:MemoryError"
"""What Arelle says where it ran out of memory: nothing about the report."""
_DATED_UTR = re.compile(r"/utr/\d")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What Arelle says of one document.

    Attributes:
        facts: How many facts Arelle read in it; none is a failure.
        checked_against: Which taxonomy it was checked with, in words.
        findings: Arelle's messages of warning and above, codes unchanged.
        satisfied: The ids of the value assertions that hold, of the formula linkbase.
        unsatisfied: Those of the ones that do not.
    """

    facts: int
    checked_against: str
    findings: tuple[Finding, ...]
    satisfied: tuple[str, ...] = ()
    unsatisfied: tuple[str, ...] = ()

    @property
    def valid(self) -> bool:
        """Facts were read, and nothing was said against them."""
        return self.facts > 0 and not self.findings

    @property
    def grave(self) -> bool:
        """No fact was read, or something is an error."""
        return not self.facts or any(f.severity is Severity.ERROR for f in self.findings)


def validate_report(
    files: Sequence[RenderedFile],
    instance: Instance,
    taxonomy: Taxonomy,
    package: Path | None = None,
) -> Verdict:
    """Check a report that was just rendered, in a temporary folder.

    Args:
        files: The report's files.
        instance: What they say; facts lead findings back to the source text.
        taxonomy: The index that it was made with.
        package: An official taxonomy package; without one, a package with just the
            report's concepts is made from the index.

    Raises:
        ValidatorError: Arelle failed for another reason than the report.
    """
    with on_disk(files, instance, taxonomy, package) as (folder, used):
        places = {f.id: f.sources[0] for f in instance.facts if f.sources}
        verdict = _judged(folder / f"{instance.stem}.xml", [used], places)
        findings = tuple(_without_path(finding, folder) for finding in verdict.findings)
    against = package.name if package else BUILT_IN
    return replace(verdict, checked_against=against, findings=findings)


@contextmanager
def on_disk(
    files: Iterable[RenderedFile],
    instance: Instance,
    taxonomy: Taxonomy,
    package: Path | None = None,
) -> Iterator[tuple[Path, Path]]:
    """A temporary folder with a report, and the taxonomy package that it is checked with."""
    with tempfile.TemporaryDirectory(prefix="tieout-") as name:
        folder = Path(name)
        for file in files:
            (folder / file.name).write_bytes(file.data)
        if package is not None:
            yield folder, _with_standard_files(package, folder)
            return
        made = folder / f"{taxonomy.name}.zip"
        made.write_bytes(package_of(used_concepts(instance, taxonomy), taxonomy))
        yield folder, made


def validate_file(path: Path, package: Path | None = None) -> Verdict:
    """Check any XBRL report on disk.

    Without a package the concepts that the report names are looked up in the indexes
    that ship with Tieout; a report on another taxonomy needs its package.

    Raises:
        ValidatorError: The file is missing, or Arelle failed for another reason than
            the report.
    """
    if not path.is_file():
        what = "a folder" if path.is_dir() else "not there"
        raise ValidatorError(f"{path}: {what}; name an XBRL report (.xml, .xbrl, .htm, .json)")
    check_report(path)
    with _packages_for(path, package) as packages:
        verdict = _judged(path, packages, {})
    return replace(verdict, checked_against=package.name if package else BUILT_IN)


class Loaded(NamedTuple):
    """A report on disk, what Arelle says of it, and the facts that it reads there."""

    path: Path
    verdict: Verdict
    facts: tuple[Reported, ...]


def load_files(paths: Sequence[Path], package: Path | None = None) -> Iterator[Loaded]:
    """Have Arelle read and check the reports of one folder, one after another.

    Raises:
        ValidatorError: Arelle failed for another reason than a report.
    """
    against = package.name if package else BUILT_IN
    for path in paths:
        check_report(path)
    with _packages_for(paths[0], package) as packages:
        for path in paths:
            with _loaded(path, packages) as (models, records):
                facts = tuple(reported_facts(models))
            yield Loaded(path, Verdict(len(facts), against, _findings(records, {})), facts)


@contextmanager
def _packages_for(path: Path, package: Path | None) -> Iterator[list[Path]]:
    """The taxonomy packages that a report is checked with, in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="tieout-") as name:
        if package is not None:
            yield [_with_standard_files(package, Path(name))]
            return
        packages = []
        for taxonomy, concepts in recognised(path):
            made = Path(name) / f"{taxonomy.name}.zip"
            made.write_bytes(package_of(concepts, taxonomy))
            packages.append(made)
        yield packages


def check_package(package: Path, taxonomy: Taxonomy | None = None) -> None:
    """Refuse what is no taxonomy package, or another than a report needs, before any work.

    Args:
        package: The user's zip file.
        taxonomy: The index that reports are made with; None when any package will do.

    Raises:
        TaxonomyError: It is not there, no zip file, has no metadata of a package, or does
            not hold the schemas of the taxonomy.
    """
    if not package.is_file():
        raise TaxonomyError(f"--taxonomy-package {package}: no such file")
    if not has_metadata(package):
        raise TaxonomyError(
            f"--taxonomy-package {package}: not a taxonomy package (a zip file with "
            "META-INF/taxonomyPackage.xml)"
        )
    if taxonomy is None:
        return
    rewrites, members = rewrites_of(package)
    wanted = taxonomy.namespaces["us-gaap"].schema
    if member_of(wanted, rewrites) not in members:
        raise TaxonomyError(
            f"--taxonomy-package {package}: does not hold {wanted}; give the package of "
            f"{taxonomy.name}, or another --taxonomy"
        )


def _with_standard_files(package: Path, folder: Path) -> Path:
    """The user's package, or a copy in a temporary folder with what it lacks."""
    check_package(package)
    missing = _missing_standard_files(package)
    if not missing:
        return package
    whole = folder / package.name
    shutil.copyfile(package, whole)
    with zipfile.ZipFile(whole, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, path in missing:
            archive.write(path, name)
    return whole


# --- the package made for one report -------------------------------------------------


def package_of(concepts: Iterable[Concept], taxonomy: Taxonomy) -> bytes:
    """A taxonomy package, zipped, with only these concepts; the same bytes every time."""
    return zipped(taxonomy.name, render_package(concepts, taxonomy))


def _missing_standard_files(package: Path) -> list[tuple[str, Path]]:
    """The standard schemas that a package's catalog claims and the package lacks.

    A catalog that maps all of www.xbrl.org into its package hides Arelle's copies. Given are
    the names that the catalog gives them in the package, and these copies.
    """
    rewrites, members = rewrites_of(package)
    missing: dict[str, Path] = {}
    for url, path in _bundled_files():
        name = member_of(url, rewrites)
        if name is not None and name not in members:
            missing.setdefault(name, path)
    return list(missing.items())


def _bundled_files() -> list[tuple[str, Path]]:
    """The standard schemas that come with Arelle, with the addresses they stand for."""
    import arelle  # noqa: PLC0415

    cache = Path(arelle.__file__).parent / "resources" / "cache"
    found = []
    for path in sorted(cache.rglob("*.x*")):
        scheme, *rest = path.relative_to(cache).parts
        if scheme in ("http", "https") and not _DATED_UTR.search("/".join(rest)):
            found.append((f"{scheme}://{'/'.join(rest)}", path))
    return found


# --- Arelle --------------------------------------------------------------------------


class _Collector(logging.Handler):
    """Keeps Arelle's records; its own handlers lose the messages' arguments."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def _judged(document: Path, packages: Sequence[Path], places: Mapping[str, Span]) -> Verdict:
    """The verdict on a report and on the formula linkbase beside it, if there is one.

    Arelle validates nothing where it cannot load all without an error once a linkbase is
    given with the report: such a report is validated again, alone.
    """
    formula = document.with_name(f"{document.stem}-formula.xml")
    if not formula.is_file() or "|" in str(formula.resolve()):  # which parts files to Arelle
        return _run_arelle(document, packages, places)
    verdict = _run_arelle(document, packages, places, formula)
    if verdict.satisfied or verdict.unsatisfied:
        return verdict
    alone = _run_arelle(document, packages, places)
    findings = dict.fromkeys((*alone.findings, *verdict.findings))
    return replace(alone, findings=tuple(findings))


def _run_arelle(
    document: Path,
    packages: Sequence[Path],
    places: Mapping[str, Span],
    formula: Path | None = None,
) -> Verdict:
    with _loaded(document, packages, formula) as (models, records):
        facts = sum(len(model.factsInInstance) for model in models)
        assertions = sorted(
            (one.id, one.countSatisfied, one.countNotSatisfied)
            for model in models
            for one in model.modelVariableSets
            if hasattr(one, "countSatisfied")
        )
        findings = _findings(records, places)
    held = tuple(name for name, yes, no in assertions if yes and not no)
    failed = tuple(name for name, _, no in assertions if no)
    return Verdict(facts, BUILT_IN, findings, held, failed)


@contextmanager
def _loaded(
    document: Path, packages: Sequence[Path], formula: Path | None = None
) -> Iterator[tuple[list[Any], _Records]]:
    """What Arelle makes of a document, validated, while it is open; and what it says of it."""
    # Arelle reads the place of its settings from here, and from nowhere else.
    os.environ.setdefault(
        "XDG_CONFIG_HOME", str(Path(tempfile.gettempdir()) / "tieout-no-config")
    )
    try:
        from arelle.api.Session import Session  # noqa: PLC0415  (0.7 s: only when needed)
        from arelle.FileSource import FileSource  # noqa: PLC0415
        from arelle.RuntimeOptions import RuntimeOptions  # noqa: PLC0415
    except ImportError as error:
        raise ValidatorError(f"Arelle cannot be loaded: {error}") from error
    collector = _Collector()
    options = RuntimeOptions(
        entrypointFile=str(document.resolve()),
        importFiles=str(formula.resolve()) if formula else None,
        packages=[str(package.resolve()) for package in packages],
        internetConnectivity="offline",
        cacheDirectory=str(Path(tempfile.gettempdir()) / "tieout-no-cache"),
        disablePersistentConfig=True,
        validate=True,
        calcs="c11r",
        utrValidate=True,
        validateDuplicateFacts="inconsistent",
        baseTaxonomyValidationMode="none",
        requireInlineXbrl=document.suffix.lower() in (".htm", ".html", ".xhtml"),
        keepOpen=True,
        uiLang="en-US",
        logLevel="INFO",
        logPropagate=False,
        logRefObjectProperties=False,
    )
    with _LOCK, guarded(FileSource), Session() as session:
        ran = session.run(options, logHandler=collector)
        models = list(session.get_models())
        if not ran and not any(one.levelname in _SEVERITIES for one in collector.records):
            raise ValidatorError(f"{document.name}: Arelle did not run, and does not say why")
        yield models, collector.records
        for model in models:
            session._cntlr.modelManager.close(model)  # noqa: SLF001  (keepOpen skips it)


def _findings(records: _Records, places: Mapping[str, Span]) -> tuple[Finding, ...]:
    return tuple(_finding(one, places) for one in records if one.levelname in _SEVERITIES)


def _finding(record: logging.LogRecord, places: Mapping[str, Span]) -> Finding:
    code = str(getattr(record, "messageCode", "") or "arelle")
    if code == _NO_MEMORY:
        raise MemoryError
    refs = getattr(record, "refs", None) or ()
    fragments = [str(ref.get("href", "")).rpartition("#")[2] for ref in refs]
    span = next((places[f] for f in fragments if f in places), None)
    advice = (
        "the taxonomy package is at fault, not the report" if code.startswith(_FATAL) else ""
    )
    return Finding(code, _SEVERITIES[record.levelname], _message(record), span, advice)


def _without_path(finding: Finding, folder: Path) -> Finding:
    """A message that names no temporary folder: it would differ from run to run."""
    text = finding.message
    for path in (folder.resolve(), folder):
        text = text.replace(f"{path}/", "").replace(f"{path}\\", "")
    return replace(finding, message=text)


def _message(record: logging.LogRecord) -> str:
    try:
        text = record.getMessage()
    except (TypeError, ValueError, KeyError):
        text = str(record.msg)
    return re.sub(r"\s+", " ", text).strip()
