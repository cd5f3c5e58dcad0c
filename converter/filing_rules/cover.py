"""Facts of the cover by form (EDGAR Filer Manual 6.5.20 to 6.5.54).

What EDGAR refuses a submission for is a warning here, as a filing of the archive is not
submitted again; what EDGAR warns of is a note. Of a fact that covers have had only since
some year, earlier reports are not asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from converter.dei import kind_of
from converter.filing_rules.report import Breach, Report, Rule, rule
from converter.model import QName, Severity

_ANNUAL = ("10-K", "10-KT")
_QUARTERLY = ("10-Q", "10-QT")
_PERIODIC = (*_ANNUAL, *_QUARTERLY)
_YEARLY_ABROAD = ("20-F", "40-F")
_ADVICE = "state it in the report by hand, if the cover prints it"
_INLINE = 2019
"""The year in which covers began to be tagged whole."""


class Asked(NamedTuple):
    """A fact that EDGAR asks for: of which forms (none: of all), and since when.

    `refused` tells that EDGAR refuses a submission without it.
    """

    rule: str
    names: tuple[str, ...]
    forms: tuple[str, ...] = ()
    since: int = 0
    refused: bool = False


ASKED: tuple[Asked, ...] = (
    Asked("EFM.6.05.20", ("DocumentType",), refused=True),
    Asked("EFM.6.05.20", ("AmendmentFlag", "DocumentPeriodEndDate")),
    Asked("EFM.6.05.20", ("DocumentFiscalYearFocus", "DocumentFiscalPeriodFocus"),
          (*_PERIODIC, *_YEARLY_ABROAD)),
    Asked("EFM.6.05.21", ("EntityRegistrantName",), refused=True),
    Asked("EFM.6.05.21", ("CurrentFiscalYearEndDate",), (*_PERIODIC, *_YEARLY_ABROAD)),
    Asked("EFM.6.05.21", ("EntityCurrentReportingStatus",), (*_PERIODIC, "20-F")),
    Asked("EFM.6.05.21", ("EntityPublicFloat",), _ANNUAL),
    Asked("EFM.6.05.21", ("EntityFilerCategory",), (*_PERIODIC, "20-F"), 2008),
    Asked("EFM.6.05.21", ("EntityWellKnownSeasonedIssuer", "EntityVoluntaryFilers"),
          (*_ANNUAL, "20-F"), 2006),
    Asked("EFM.6.05.21", ("EntityInteractiveDataCurrent",), (*_PERIODIC, "20-F"), _INLINE),
    Asked("EFM.6.05.21", ("IcfrAuditorAttestationFlag",), (*_ANNUAL, "20-F"), 2021),
    Asked("EFM.6.05.26", ("EntityCommonStockSharesOutstanding",), (*_PERIODIC, "20-F")),
    Asked("EFM.6.05.40", ("EntityShellCompany",), (*_PERIODIC, "20-F"), 2006),
    Asked("EFM.6.05.40", ("EntitySmallBusiness",), _PERIODIC, _INLINE),
    Asked("EFM.6.05.40", ("EntityEmergingGrowthCompany",), ("8-K", *_PERIODIC, "20-F"), 2018),
    Asked("EFM.6.05.47", ("EntityFileNumber", "EntityIncorporationStateCountryCode",
          "EntityTaxIdentificationNumber"), ("8-K", *_PERIODIC), _INLINE),
    Asked("EFM.6.05.48", ("EntityAddressAddressLine1", "EntityAddressCityOrTown",
          "EntityAddressPostalZipCode", "CityAreaCode", "LocalPhoneNumber"),
          ("8-K", *_PERIODIC), _INLINE),
    Asked("EFM.6.05.49", ("DocumentAnnualReport", "DocumentTransitionReport"), _ANNUAL,
          _INLINE),
    Asked("EFM.6.05.49", ("DocumentQuarterlyReport", "DocumentTransitionReport"), _QUARTERLY,
          _INLINE),
    Asked("EFM.6.05.52", ("WrittenCommunications", "SolicitingMaterial",
          "PreCommencementTenderOffer", "PreCommencementIssuerTenderOffer"), ("8-K",), _INLINE),
    Asked("EFM.6.05.54", ("AuditorName", "AuditorLocation", "AuditorFirmId"),
          (*_ANNUAL, "20-F", "40-F"), 2022),
)  # fmt: skip
"""The cover facts that EDGAR asks for by form; those that depend on others are left out."""

_ASKS = {
    "EFM.6.05.20": "what document it is, of which period, and whether it amends one",
    "EFM.6.05.21": "who files it, and the filer's standing",
    "EFM.6.05.26": "how many common shares are outstanding",
    "EFM.6.05.40": "whether the filer is small, a shell or an emerging growth company",
    "EFM.6.05.47": "the filer's numbers and where it is incorporated",
    "EFM.6.05.48": "the filer's address and telephone",
    "EFM.6.05.49": "which kind of periodic report it is",
    "EFM.6.05.52": "what a current report serves for besides",
    "EFM.6.05.54": "who audited it",
}


def _stated(code: str, words: str) -> Rule:
    """The rule that the facts of a number are stated."""

    @rule(code, f"the cover tells {words}", Severity.INFO, _ADVICE)
    def check(report: Report) -> Iterator[Breach]:
        if not report.instance.facts:
            return
        form = report.cover("DocumentType")
        asked = [one for one in ASKED if one.rule == code and _applies(one, form, report.year)]
        missing = {n: one.refused for one in asked for n in one.names if _missing(n, report)}
        if missing:
            grave = any(missing.values()) and _has_cover(report)
            of = f"a {form}" if form else "a report"
            yield Breach(
                f"{of} should state {', '.join(missing)}",
                severity=Severity.WARNING if grave else None,
            )

    return check


def _applies(one: Asked, form: str | None, year: int) -> bool:
    return year >= one.since and (not one.forms or kind_of(form or "") in one.forms)


def _missing(name: str, report: Report) -> bool:
    """Whether a fact is not stated that the taxonomy has a concept for."""
    concept = QName("dei", name)
    return concept not in report.facts and concept in report.taxonomy


def _has_cover(report: Report) -> bool:
    """Whether anything but the filer's key is known of the cover."""
    stated = {name.local for name in report.facts if name.prefix == "dei"}
    return bool(stated - {"EntityCentralIndexKey"})


@rule(
    "EFM.6.05.46",
    "a trading symbol and an exchange are stated with the title of the security, not alone",
    Severity.INFO,
    _ADVICE,
)
def _with_title(report: Report) -> Iterator[Breach]:
    titled = any(report.cover(name) for name in ("Security12bTitle", "Security12gTitle"))
    alone = [n for n in ("TradingSymbol", "SecurityExchangeName") if report.cover(n)]
    if alone and not titled and QName("dei", "Security12bTitle") in report.taxonomy:
        yield Breach(f"the cover states {' and '.join(alone)} without Security12bTitle")


RULES: tuple[Rule, ...] = (
    *(_stated(code, words) for code, words in _ASKS.items()),
    _with_title,
)
