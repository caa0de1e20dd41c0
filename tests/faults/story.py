"""The main job of one household, step by step: each step is one request that somebody makes once.

Question, triage, talk, plan, agreement, request, a no, a yes, help that begins, an evaluation, the
end. Everybody is new and invented; nobody is looked up by a number.
"""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any, Final, TypeAlias

from shared.clock import clock_from, local_date
from tests.faults.client import Client, Intent, Reply
from tests.faults.household import Household, NoStrike, Strike
from tests.faults.registry import FIRST, SECOND, VOORZIENING, Offered

_LIGHTER: Final = ("own_strength", "generally_usual", "usual_help", "network", "free_access")
_WEIGHED: Final = ("paid_work_considered", "social_base_considered")
_SOON: Final = timedelta(days=30)
_OFFERS: Final = {"personalPlanOffered": True, "clientSupportOffered": True}


Step: TypeAlias = Callable[[Household], Awaitable[None]]


async def ask(home: Household) -> None:
    body = {
        "entry": "buurtteam",
        "channel": "phone",
        "question": "Komt de deur niet meer uit.",
        "melding": True,
        "wijk": "ME",
        "person": {"givenNames": "Ada", "surname": home.surname, "birthDate": "1961-03-14"},
    }
    said = await home.do("ask", home.client.worker(), Intent("POST", "/intake/v1/contacts", body))
    home.told["contact"] = f"/intake/v1/contacts/{said.body['id']}"
    home.was_told("intake", "contacts", said.body["id"])
    home.was_told_of("intake", "legal_clocks", said.body["id"], len(said.body["clocks"]))


async def triage(home: Household) -> None:
    contact = home.told["contact"]
    said = await home.move("triage", contact, f"{contact}/triage-decisions", {"urgency": "soon"})
    assert said.body["status"] == "taken_up"


async def link(home: Household) -> None:
    contact, token = home.told["contact"], home.client.worker()
    await home.client.settle(token, Intent("POST", f"{contact}/candidates/_zoek"))
    members = [
        {"role": role, "person": {"givenNames": name, "surname": home.surname}}
        for role, name in (("main", "Ada"), ("partner", "Bas"))
    ]
    path = f"{contact}/household-links"
    said = await home.move("link", contact, path, {"members": members})
    household = said.body["householdId"]
    found = await home.client.read(token, f"/plans/v1/households/{household}")
    home.told["household"] = household
    home.told["people"] = [each["person"]["id"] for each in found.body["members"]]
    home.was_told("plans", "households", household)
    home.was_told("plans", "persons", *home.told["people"])
    home.was_told_of("plans", "household_members", household, 2)


async def talk(home: Household) -> None:
    path = f"{home.told['contact']}/clarifications"
    said = await home.do("talk", home.client.worker(), Intent("POST", path, _OFFERS))
    home.told["talk"] = f"/intake/v1/clarifications/{said.body['id']}"
    home.told["missing"], home.told["etag"] = said.body["missing"], said.etag
    home.was_told("intake", "clarifications", said.body["id"])


async def write_down(home: Household) -> None:
    domains = [
        {"domain": code, "notDiscussedBecause": "Speelt nu niet."}
        for code in home.told["missing"]
        if code not in {"adults_heard", "children_heard"}
    ]
    basic = {"wonen", "inkomen", "schulden", "veiligheid"}
    for each in domains:
        if each["domain"] in basic:
            del each["notDiscussedBecause"]
            each["situation"] = "Gaat goed."
    body = {"domains": domains, "adultsHeard": "Samen, thuis."}
    intent = Intent("PATCH", home.told["talk"], body, home.told["etag"])
    said = await home.do("write_down", home.client.worker(), intent, again=home.told["talk"])
    assert not said.body["missing"], said.body["missing"]


async def complete(home: Household) -> None:
    path = home.told["talk"]
    said = await home.move("complete", path, f"{path}/completions", {"summary": "Onder de mensen."})
    assert said.body["status"] == "completed"


async def plan(home: Household) -> None:
    body = {
        "householdId": home.told["household"],
        "contactId": home.told["contact"].rsplit("/", 1)[-1],
        "direction": "Weer meedoen.",
    }
    said = await home.do("plan", home.client.worker(), Intent("POST", "/plans/v1/plans", body))
    home.told["plan_id"] = said.body["id"]
    home.told["plan"] = f"/plans/v1/plans/{said.body['id']}"
    home.was_told("plans", "plans", said.body["id"])
    home.was_told_of("plans", "circle_members", said.body["id"])
    seen = await home.client.read(home.client.worker(), home.told["plan"])
    moments = [each["id"] for each in seen.body["evaluationMoments"]]
    home.was_told("plans", "evaluation_moments", *moments)


async def goal(home: Household) -> None:
    body = {
        "domain": "daginvulling",
        "text": "Twee dagen per week iets te doen.",
        "memberIds": home.told["people"][:1],
    }
    intent = Intent("POST", f"{home.told['plan']}/goals", body)
    said = await home.do("goal", home.client.worker(), intent)
    home.told["goal"] = said.body["id"]
    home.was_told("plans", "goals", said.body["id"])


async def support(home: Household) -> None:
    body = {
        "goalIds": [home.told["goal"]],
        "ladderStep": "individual",
        "voorziening": VOORZIENING,
        "description": "Dagbesteding in kleine groep.",
        "lighterSteps": [{"step": step, "motivation": "Is te weinig."} for step in _LIGHTER],
    }
    intent = Intent("POST", f"{home.told['plan']}/support-items", body)
    said = await home.do("support", home.client.worker(), intent)
    home.told["item"] = said.body["id"]
    home.was_told("plans", "support_items", said.body["id"])


async def agree(home: Household) -> None:
    answers = [
        {"personId": person, "answer": "agreed", "how": "Thuis"} for person in home.told["people"]
    ]
    intent = Intent("POST", f"{home.told['plan']}/agreements", {"answers": answers})
    said = await home.do("agree", home.client.worker(), intent)
    assert said.body["agreed"]
    home.was_told_of("plans", "agreements", home.told["plan_id"], len(answers))


async def set_moment(home: Household) -> None:
    on = (home.today + _SOON).isoformat()
    intent = Intent("POST", f"{home.told['plan']}/evaluation-moments", {"on": on})
    said = await home.do("set_moment", home.client.worker(), intent)
    home.told["moment"] = said.body["id"]
    home.was_told("plans", "evaluation_moments", said.body["id"])


async def conclude(home: Household) -> None:
    contact = home.told["contact"]
    body = {"outcome": "plan", "planId": home.told["plan_id"], "personInformed": True}
    said = await home.move("conclude", contact, f"{contact}/conclusions", body)
    assert said.body["status"] == "concluded"


async def request(home: Household) -> None:
    body = {
        "planId": home.told["plan_id"],
        "supportItemId": home.told["item"],
        "voorziening": VOORZIENING,
        "entry": "buurtteam",
        "weighings": [
            {"condition": each, "considered": True, "outcome": "Nu niet", "motivation": "Later."}
            for each in _WEIGHED
        ],
        "wishes": {"days": [2, 4], "language": "nl"},
    }
    intent = Intent("POST", "/referrals/v1/referrals", body)
    said = await home.do("request", home.client.worker(), intent)
    home.told["referral"] = f"/referrals/v1/referrals/{said.body['id']}"
    home.was_told("referrals", "referrals", said.body["id"])
    home.was_told_of("referrals", "weighings", said.body["id"], len(_WEIGHED))


async def judge(home: Household) -> None:
    path = home.told["referral"]
    body = {"admitted": True, "withClient": True, "motivation": "Ritme en begeleiding nodig."}
    said = await home.move("judge", path, f"{path}/judgements", body)
    assert said.body["status"] == "placing"
    home.was_told_of("referrals", "judgements", path.rsplit("/", 1)[-1])


async def shortlist(home: Household) -> None:
    path = home.told["referral"]
    body = {
        "entries": [each.entry() for each in (FIRST, SECOND)],
        "agreedBy": home.told["people"][0],
        "agreedOn": home.today.isoformat(),
        "contributionToldOn": home.today.isoformat(),
        "how": "Thuis aan tafel",
    }
    await home.move("shortlist", path, f"{path}/shortlists", body)
    record = path.rsplit("/", 1)[-1]
    home.was_told_of("referrals", "shortlists", record)
    home.was_told_of("referrals", "shortlist_entries", record, 2)


async def offer(home: Household) -> None:
    path = home.told["referral"]
    said = await home.move("offer", path, f"{path}/attempts", {})
    home.told["attempt"] = said.body["attempts"][-1]["id"]
    home.was_told("referrals", "attempts", home.told["attempt"])


async def decline(home: Household) -> None:
    body = {"declinedBy": "provider", "code": "no_capacity"}
    await _at(home, FIRST, "decline", "declines", body)
    seen = await home.client.read(home.client.worker(), home.told["referral"])
    (home.told["attempt"],) = [
        each["id"] for each in seen.body["attempts"] if each["status"] == "offered"
    ]
    home.was_told("referrals", "attempts", home.told["attempt"])


async def accept(home: Household) -> None:
    said = await _at(home, SECOND, "accept", "acceptances", {})
    assert said.body["identity"] is not None
    home.was_told_of("providers", "reservations", home.told["attempt"])


async def meet(home: Household) -> None:
    body = {"at": f"{home.today.isoformat()}T09:00:00Z", "place": "De werkplaats"}
    await _at(home, SECOND, "meet", "intake-appointments", body)


async def start(home: Household) -> None:
    said = await _at(home, SECOND, "start", "starts", {"on": home.today.isoformat()})
    assert said.body["status"] == "started"


async def evaluate(home: Household) -> None:
    keep = {"supportItemId": home.told["item"], "decision": "continue", "motivation": "Gaat graag."}
    body = {"momentId": home.told["moment"], "withClient": True, "decisions": [keep]}
    intent = Intent("POST", f"{home.told['plan']}/evaluations", body)
    said = await home.do("evaluate", home.client.worker(), intent)
    home.was_told("plans", "evaluations", said.body["id"])
    assert said.body["nextMoment"]["id"] != home.told["moment"]
    home.was_told_of("plans", "evaluation_decisions", said.body["id"])


async def stop(home: Household) -> None:
    body = {"on": home.today.isoformat(), "code": "goal_reached"}
    await _at(home, SECOND, "stop", "stops", body)


async def _at(
    home: Household, provider: Offered, step: str, act: str, body: dict[str, Any]
) -> Reply:
    """What a provider does with the offer it has."""
    token = home.client.desk(provider.organisation)
    path = f"/referrals/v1/attempts/{home.told['attempt']}"
    seen = await home.client.read(token, path)
    return await home.do(step, token, Intent("POST", f"{path}/{act}", body, seen.etag))


STEPS: Final[tuple[Step, ...]] = (
    ask, triage, link, talk, write_down, complete, plan, goal, support, agree, set_moment,
    conclude, request, judge, shortlist, offer, decline, accept, meet, start, evaluate, stop,
)  # fmt: skip


async def live(client: Client, strike: Strike | None = None, until: Step = stop) -> Household:
    """A new household from its question up to and with a step."""
    home = Household(client, _today(client), strike or NoStrike())
    for step in STEPS:
        await step(home)
        if step is until:
            break
    return home


async def go_on(home: Household, after: Step) -> None:
    """The rest of a story, after this step."""
    for step in STEPS[STEPS.index(after) + 1 :]:
        await step(home)


def _today(client: Client) -> date:
    """The day by the clock of the fleet."""
    return local_date(clock_from(client.fleet.clock_file)())
