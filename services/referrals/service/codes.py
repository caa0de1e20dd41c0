"""The codes of the stelsel as this service publishes them, with its own beside them."""

from collections.abc import Mapping

from services.referrals.domain.codes import (
    AFTERCARE_END_CODES,
    CANCEL_CODES,
    CONSULTED,
    CONSULTED_TEXT,
    ENDING_CODES,
    PLAN_AGREED,
    PLAN_AGREED_TEXT,
    STOP_CODES,
)
from services.referrals.domain.provisions import TEMPORARY_END_CODES
from services.referrals.domain.transfer_frames import TRANSFER_REASONS
from shared.schemas.codes import (
    ClockChangeRead,
    ClockRead,
    CodeList,
    CodeRead,
    CodesRead,
    ConditionRead,
    ConsultationTargetRead,
    FactRead,
    ReadingRead,
    RoleRead,
    StepTermRead,
    VoorzieningRead,
)
from shared.stelsel.model import FACTS, Condition, LegalClock, Stelsel
from shared.stelsel.routes import codes, step_of


def codes_of(stelsel: Stelsel) -> CodesRead:
    """Every code list of a stelsel, and what belongs to the codes that carry more."""
    return CodesRead(
        stelsel=stelsel.name,
        version=stelsel.version,
        title=stelsel.title,
        valid_from=stelsel.valid_from,
        valid_until=stelsel.valid_until,
        front_party=stelsel.front_party,
        lists=_lists(stelsel),
        voorzieningen=_voorzieningen(stelsel),
        roles=tuple(RoleRead.model_validate(rule) for rule in stelsel.roles),
        facts=tuple(FactRead.model_validate(fact) for fact in FACTS.values()),
        conditions=tuple(_condition(each) for each in stelsel.conditions),
        clocks=tuple(_clock(stelsel, each) for each in stelsel.legal_clocks),
        step_terms=tuple(StepTermRead.model_validate(term) for term in stelsel.step_terms),
        consultation_targets=_targets(stelsel),
    )


def _lists(stelsel: Stelsel) -> tuple[CodeList, ...]:
    lists = {
        name: tuple(CodeRead.model_validate(entry) for entry in entries)
        for name, entries in codes(stelsel).items()
    }
    agreed = CodeRead(code=PLAN_AGREED, label=PLAN_AGREED_TEXT, group="todo")
    words = CONSULTED_TEXT.format(party="een andere partij")
    asked = CodeRead(code=CONSULTED, label=words, group="consult")
    lists["conditions"] = (*lists["conditions"], agreed, asked)
    lists["aftercareEndCodes"] = _listed(AFTERCARE_END_CODES)
    lists["cancelCodes"] = _listed(CANCEL_CODES)
    lists["endingCodes"] = _listed(ENDING_CODES)
    lists["stopCodes"] = _listed(STOP_CODES)
    lists["temporaryEndCodes"] = _listed(TEMPORARY_END_CODES)
    lists["transferReasons"] = _listed(TRANSFER_REASONS)
    return tuple(CodeList(name=name, codes=found) for name, found in lists.items())


def _listed(found: Mapping[str, str]) -> tuple[CodeRead, ...]:
    return tuple(CodeRead(code=code, label=label) for code, label in found.items())


def _voorzieningen(stelsel: Stelsel) -> tuple[VoorzieningRead, ...]:
    return tuple(
        VoorzieningRead(
            code=item.code,
            label=item.label,
            text=item.text,
            kind=item.kind.value,
            law=item.law,
            ladder_step=step_of(stelsel, item.kind).code,
            independence=item.independence.value,
            life_domains=item.life_domains,
            in_development=item.in_development,
            temporary=item.temporary,
        )
        for item in stelsel.voorzieningen
    )


def _condition(condition: Condition) -> ConditionRead:
    return ConditionRead(
        code=condition.code,
        text=condition.text,
        kind=condition.kind.value,
        deferrable=condition.deferrable,
        due_days=condition.due_days,
        due_working_days=condition.due_working_days,
        readings=tuple(
            ReadingRead(code=each.code, text=each.text, selected=each.code == condition.selected)
            for each in condition.readings
        ),
    )


def _clock(stelsel: Stelsel, clock: LegalClock) -> ClockRead:
    return ClockRead(
        code=clock.code,
        label=clock.label,
        article=clock.article,
        starts_at=clock.starts_at,
        days=clock.days,
        weeks=clock.weeks,
        changes=tuple(
            ClockChangeRead.model_validate(change)
            for change in stelsel.clock_changes
            if change.clock == clock.code
        ),
    )


def _targets(stelsel: Stelsel) -> tuple[ConsultationTargetRead, ...]:
    spoken_for = {party for rule in stelsel.roles for party in rule.speaks_for}
    return tuple(
        ConsultationTargetRead(
            party=target.code,
            label=target.label,
            questions=target.questions,
            levels=target.levels,
            walking_along=target.walking_along,
            answers_here=target.code in spoken_for,
        )
        for target in stelsel.consultation_targets
    )
