"""What a revocation closes before it is carried out: a disclosure is not read while one waits.

Design 7: news of a consent that is received and not applied, or applied and not carried out, closes
what was shared, also when it is parked. Carrying it out opens nothing: it only makes it final.
"""

from typing import Final

from shared.outbox.inbox import APPLY
from shared.schemas.events import CONSENT_REVOKED

# By the jobs, not by the inbox: what is left to do is little, the inbox keeps all there ever was.
_WAITS: Final = f"""EXISTS (
  SELECT FROM procrastinate_jobs job
  LEFT JOIN inbox news
    ON news.source = job.args ->> 'source' AND news.id = CAST(job.args ->> 'event_id' AS uuid)
  WHERE job.status IN ('todo', 'doing', 'failed') AND (
    (job.task_name = '{APPLY}' AND news.type = '{CONSENT_REVOKED}'
     AND news.data ->> 'planId' = CAST({{plan}} AS text)
     AND news.data ->> 'providerId' = CAST({{provider}} AS text))
    OR (job.task_name = '{{closing}}'
     AND job.args ->> 'plan' = CAST({{plan}} AS text)
     AND job.args ->> 'provider' = CAST({{provider}} AS text))))"""


def revocation_waits(plan: str, provider: str, closing: str) -> str:
    """SQL that is true while a revocation for this plan and provider waits, or has failed.

    `plan` and `provider` are SQL for the two ids; `closing` is the task that carries a revocation
    out and has both among its arguments. All three are constants of the caller.
    """
    return _WAITS.format(plan=plan, provider=provider, closing=closing)
