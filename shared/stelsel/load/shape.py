"""The shape of a pack: strict, no unknown field, straight into the frozen values of the model."""

import json

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.stelsel.load.reading import PackText
from shared.stelsel.model import Stelsel


class _PackFile(BaseModel):
    """Carries the strict configuration into the dataclasses of the model."""

    model_config = ConfigDict(extra="forbid", strict=True)

    pack: Stelsel


def build(pack: PackText) -> Stelsel | None:
    """The stelsel of this pack, or nothing after adding every fault of shape to the pack."""
    try:
        return _PackFile.model_validate_json(json.dumps({"pack": pack.plain})).pack
    except ValidationError as exc:
        for error in exc.errors(include_url=False, include_input=False, include_context=False):
            path = tuple(error["loc"][1:])
            name = ".".join(str(part).removesuffix("_") for part in path[-3:]) or "pack"
            pack.fault(path, f"{name}: {_REASONS.get(error['type'], error['msg'])}")
        return None


_REASONS = {
    "unexpected_keyword_argument": "unknown field",
    "missing": "required field is missing",
    "missing_argument": "required field is missing",
}
