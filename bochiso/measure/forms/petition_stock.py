"""Form 06 of Circular 09/2026/TT-BTP: petitions received, resolved and in progress, as one expression."""

import ibis
from ibis import Table, ifelse

from bochiso.measure.cube import is_set, number_of, of_chosen, with_procedures
from bochiso.measure.forms.handling import CARRIED, NEW
from bochiso.measure.query_parameters import moment_parameter
from bochiso.measure.schema import DOSSIERS, PETITIONS

PETITION_ASIDE = ("unclassified", "refused")
"""What is told below the form, for it is not in it: petitions of neither kind, and those not taken up."""

_ABOUT = {"behaviour": "staff", "regulation": "procedure"}


def petition_form_counts(*, subset: bool = False) -> Table:
    """Numbers of petitions by unit and field of work in the period asked for, by the form's columns.

    `subset`: only of `units_chosen`. Those of PETITION_ASIDE are in no column.
    """
    each = counted_petitions(subset=subset)
    fits, done = each.fits, each.fits & each.done
    counts = {name: number_of(fits & (each.about == about)) for name, about in _ABOUT.items()}
    counts |= {came: number_of(fits & (each.came == came)) for came in (CARRIED, NEW)}
    counts |= {f"done_{name}": number_of(done & (each.about == about)) for name, about in _ABOUT.items()}
    counts |= {f"done_{came}": number_of(done & (each.came == came)) for came in (CARRIED, NEW)}
    counts |= {
        f"open_{name}": number_of(fits & ~each.done & (each.about == about)) for name, about in _ABOUT.items()
    }
    counts["published"] = number_of(done & each.shown)
    counts |= {
        "unclassified": number_of((each.about == "") & ~each.refused),
        "refused": number_of(each.refused & (each.came == NEW)),
    }
    return each.group_by("unit", "field").aggregate(**counts)


def counted_petitions(*, subset: bool = False) -> Table:
    """The petitions of the period asked for as they stood at its end, one row each.

    Columns: petition, province, unit, field, about ("" where neither), came, entered, done, shown (its
    answer was published), refused (not taken up, whenever that was), fits (counts in the form).
    """
    before, end = moment_parameter("asked_before"), moment_parameter("asked_end")
    p = of_chosen(ibis.table(PETITIONS, name="petitions"), subset)
    p = p.mutate(entered=p.sent_at.coalesce(p.forwarded_at), about=p.about.fill_null(""))
    p = p.filter(p.entered <= end, p.unit.notnull(), ~is_set(p.resolved_at <= before))
    p = p.mutate(
        came=ifelse(p.entered > before, NEW, CARRIED),
        done=is_set(p.resolved_at <= end),
        shown=is_set(p.published_at <= end),
        refused=p.refused_at.notnull(),
    )
    p = p.mutate(fits=~p.refused & (p.about != ""))
    return _with_fields(p).select(
        "petition",
        "province",
        "unit",
        "field",
        "about",
        "came",
        "entered",
        "done",
        "shown",
        "refused",
        "fits",
    )


def _with_fields(petitions: Table) -> Table:
    """The petitions with the field of work of the dossier that each is about."""
    dossiers = ibis.table(DOSSIERS, name="dossiers")
    named = dossiers.select("procedure", "province", own_field=dossiers.field_name, number=dossiers.dossier)
    named = with_procedures(named, "field_name")
    named = named.select("number", field=named.field_name.coalesce(named.own_field))
    return petitions.left_join(named, petitions.dossier == named.number).drop("number")
