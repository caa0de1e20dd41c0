"""What cannot wait, as the stelsel, the policy and the settings of this deployment have it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from pydantic import BaseModel, TypeAdapter

from services.intake.domain import owed as rules
from services.intake.models import ClockRow, ContactRow, RedirectRow
from services.intake.settings import Settings
from shared.calendar import TermUnit, due, next_working_day
from shared.clock import AMSTERDAM, local_date
from shared.schemas.duty import Owed
from shared.stelsel.model import ActionCode, Stelsel
from shared.tables import STRICT, load_table
from shared.vocabulary import RedirectStatus, Urgency

_POLICY: Final = Path(__file__).parents[1] / "policy" / "crisis.toml"


class _Children(BaseModel):
    model_config = STRICT

    code: str
    one_of: tuple[str, ...]
    sources: tuple[str, ...]
    text: str


class _Policy(BaseModel):
    model_config = STRICT

    channel: str
    children: _Children


@dataclass(frozen=True, slots=True)
class Urgent:
    """`labels` are the parties, `terms` the legal terms; `channel` is how a crisis comes in."""

    labels: Mapping[str, str]
    terms: Mapping[str, str]
    deferred: tuple[rules.Deferred, ...]
    channel: str
    children: rules.Children
    advice: str
    follow_up_days: int

    @classmethod
    def of(cls, stelsel: Stelsel, settings: Settings) -> "Urgent":
        """What this stelsel puts off in urgency, and what this deployment adds."""
        policy = load_table(_POLICY, TypeAdapter(_Policy))
        children = policy.children
        labels = {party.code: party.label for party in stelsel.parties}
        return cls(
            labels=labels,
            terms={term.code: term.label for term in stelsel.legal_clocks},
            deferred=_deferred(stelsel),
            channel=policy.channel,
            children=rules.Children(
                children.code,
                children.text,
                tuple(code for code in children.one_of if code in labels),
                children.sources,
            ),
            advice=settings.crisis_advice,
            follow_up_days=settings.redirect_follow_up_working_days,
        )

    def owed(
        self,
        row: ContactRow,
        clocks: Iterable[ClockRow],
        child: bool | None,  # noqa: FBT001  a fact, not a switch
        involved: Collection[str],
    ) -> tuple[Owed, ...]:
        """What must still follow for a melding in crisis; for any other contact nothing."""
        if row.urgency is not Urgency.CRISIS or not row.melding:
            return ()
        terms = [
            rules.Term(
                clock.code,
                self.terms.get(clock.code, clock.article),
                clock.due_on,
                clock.met_on is not None,
                clock.article,
            )
            for clock in clocks
        ]
        case = rules.Case(
            first_day=row.first_contact_on,
            terms=terms,
            has_plan=row.plan_id is not None,
            child=child,
            involved=involved,
        )
        found = rules.owed(case, self.deferred, self.children)
        return tuple(Owed.model_validate(each) for each in found)

    def follow_up_on(self, row: RedirectRow, urgency: Urgency) -> date | None:
        """Until which day a redirect may wait at the other door; None when it waits no more."""
        if row.status is RedirectStatus.TAKEN_UP:
            return None
        sent = local_date(row.sent_at)
        if urgency is Urgency.CRISIS:
            return sent
        return due(sent, self.follow_up_days, TermUnit.WORKING_DAYS)


def end_of_next_working_day(moment: datetime) -> datetime:
    """Midnight in Amsterdam after the first working day that comes after this day."""
    day = next_working_day(local_date(moment) + timedelta(days=1))
    return datetime.combine(day + timedelta(days=1), time(), AMSTERDAM)


def _deferred(stelsel: Stelsel) -> tuple[rules.Deferred, ...]:
    """What the urgency of this stelsel names, and the plan."""
    urgency = stelsel.urgency
    return tuple(
        rules.Deferred(
            code=condition.code,
            text=condition.text,
            days=condition.due_days,
            sources=urgency.sources,
            is_plan=condition.action is ActionCode.CREATE_PLAN,
        )
        for condition in stelsel.conditions
        if condition.code in urgency.follow_up or condition.action is ActionCode.CREATE_PLAN
    )
