"""Keys and versions, proved over every operation that the OpenAPI documents name.

`test_rules.py` reads the four documents and asks every operation that takes an Idempotency-Key or
an If-Match for its *arrangement*: a function that brings the world to the state in which one call
succeeds. An operation without one fails `test_every_operation_is_arranged`, and so does an
arrangement without an operation. The rules themselves (`rules.py`) are written once, for all.

To add an operation, write this in `of_<service>.py`; the name of the function is the operation id:

    @arrangement("plans")
    async def change_goal(world: World) -> Ready:
        case = await open_case(world)
        goal = await case.goal()
        return Ready(WORKER, f"/plans/v1/goals/{goal['id']}", {"text": "Anders gezegd"})

`Ready` names the role that calls, the path, the body, and, where they differ from the usual, whose
claims the caller has and where the ETag is read (a POST: the path without its last part; a PATCH or
PUT: the path itself). Everything else follows from the document:

* a key that is missing or malformed: 400 that names the header; nothing changed;
* If-Match that is missing (428), made up, weak, a list, `*`, or of an earlier version (412);
* two requests at once with one key: one effect, one answer; a third, later: the same bytes;
* a retry that looked for the stored answer a moment too early: the same bytes, no second effect;
* another body, or another record, with a used key: 409; nothing changed;
* a colleague and a stranger with the same key, path and body: never the stored answer;
* the version that a change used up: 412; nothing changed;
* somebody whose role lost the operation: 403; somebody whose reach ended: 404.

"Nothing changed" and "one effect" are digests of every table (`ledger.py`). `test_controls.py`
takes each guard away and shows that its rule goes red.
"""
