"""For a firm's own system, with a key: write drafts and hand them in. Nothing here makes anything public.

The key acts with the rights of the person who made it, as they are now. Answers are problem details (RFC 9457).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.http import json_answer, problem_answer
from fellestorg.kernel.text import LANGUAGES
from fellestorg.marketplace.firms.models import Firm
from fellestorg.marketplace.listings import actions, checks, drafts
from fellestorg.marketplace.listings.advice import advice_on
from fellestorg.marketplace.listings.answers import Given
from fellestorg.marketplace.listings.drafts import Price
from fellestorg.marketplace.listings.models import Listing, ListingVersion
from fellestorg.organisations.models import ApiToken
from fellestorg.organisations.token_access import for_token
from fellestorg.values import BadInput, Problem, Refused

_FIELDS = {"category", "main_language", "texts", "answers", "prices"}
_ANSWER_FIELDS = {"value", "file", "reference", "url", "buyers_only"}
_PRICE_FIELDS = {"title", "unit", "amount", "from_quantity", "note", "buyers_only"}
_API = ListingVersion.Source.API
View = Callable[..., HttpResponse]


def _for_systems(view: View) -> View:
    """Let in a key of a firm whose maker still writes for it; turn what is wrong into problem details."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, token: ApiToken, **kwargs: Any) -> HttpResponse:
        firm = Firm.objects.select_related("organisation").filter(organisation=token.organisation).first()
        if firm is None:
            return problem_answer(403, "no_firm", _("Firmaet er ikke registrert i markedsplassen."))
        maker = token.made_by
        actor = Actor(maker.key, f"{maker.name} ({token.used_by})", (), maker.language)
        try:
            with transaction.atomic():
                return view(request, *args, firm=firm, actor=actor, person=maker, **kwargs)
        except BadInput as error:
            return problem_answer(422, "bad_input", _("Noe mangler eller er feil."), error.problems)
        except Refused as refused:
            return problem_answer(409, refused.code, refused.text)
        except RequestDataTooBig:
            return problem_answer(413, "too_large", _("Meldingen er for stor."))

    return csrf_exempt(never_cache(for_token(ApiToken.Scope.LISTINGS)(answered)))


@_for_systems
@require_http_methods(["GET", "POST"])
def listings_api(request: HttpRequest, *, firm: Firm, actor: Actor, person: Any) -> HttpResponse:
    """GET: the firm's listings with their newest versions. POST: a new draft."""
    if request.method == "GET":
        rows = ListingVersion.objects.filter(listing__firm=firm).select_related("listing").order_by("listing", "number")
        newest = {one.listing_id: one for one in rows.defer("answers")}
        return json_answer({"listings": [_brief(one) for one in newest.values()]})
    given = _body(request, _FIELDS)
    texts = _texts(given)
    language = str(given.get("main_language", "nb"))
    title = str(texts.get(language, {}).get("title", ""))
    now = clock.now()
    version = actions.create(
        firm, str(given.get("category", "")), title, actor=actor, person=person, now=now,
        language=language if language in LANGUAGES else "nb", source=_API,
    )  # fmt: skip
    return json_answer(_written(version, given, actor), 201)


@_for_systems
@require_http_methods(["GET", "PUT"])
def listing_api(request: HttpRequest, key: str, *, firm: Firm, actor: Actor, person: Any) -> HttpResponse:
    """GET: the newest version. PUT: write the draft that is under way, or begin a new one; what is not named stays."""
    listing = Listing.objects.select_related("firm").filter(firm=firm, key=key).first()
    if listing is None:
        return problem_answer(404, "no_such_listing", _("Firmaet har ingen slik tjeneste."))
    if request.method == "GET":
        version = listing.versions.order_by("-number")[0]
        told = {name: getattr(version, name) for name in ("main_language", "texts", "answers", "prices")}
        return json_answer({**_brief(version), **told})
    given = _body(request, _FIELDS - {"category"})
    version = actions.new_version(listing, actor=actor, person=person, now=clock.now(), source=_API)
    return json_answer(_written(version, given, actor))


@_for_systems
@require_POST
def submit_api(request: HttpRequest, key: str, *, firm: Firm, actor: Actor, person: Any) -> HttpResponse:
    """Hand the draft to moderation. What becomes of it is decided by people at SI."""
    version = ListingVersion.objects.filter(
        listing__firm=firm, listing__key=key, state=ListingVersion.State.DRAFT
    ).first()  # fmt: skip
    if version is None:
        return problem_answer(404, "no_draft", _("Tjenesten har ingen kladd."))
    return json_answer(_brief(actions.submit(version, actor=actor, person=person, now=clock.now())))


def _written(version: ListingVersion, given: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """Write what the message names, and tell what still stands in the way of submitting, and what reads as advertising."""
    now = clock.now()
    if "texts" in given or "main_language" in given:
        texts = _texts(given) if "texts" in given else version.texts
        language = str(given.get("main_language", version.main_language))
        version = drafts.save_texts(version, language, texts, actor=actor, now=now)
    if "answers" in given:
        version = drafts.save_answers(version, _answers(given), actor=actor, now=now)
    if "prices" in given:
        version = drafts.save_prices(version, _prices(given), actor=actor, now=now)
    problems = checks.problems_of(version, now)
    told = [{"where": one.where, "code": one.code, "text": one.text} for one in problems]
    advice = [{"where": one.where, "text": one.text, "advice": one.advice} for one in advice_on(version)]
    return {**_brief(version), "problems": told, "advice": advice}


def _body(request: HttpRequest, fields: set[str]) -> Mapping[str, Any]:
    """The message. BadInput where it is no JSON object, or names a field that is not there to be set, such as a state."""
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError):
        raise BadInput.of("", "not_json", _("Meldingen er ikke JSON.")) from None
    if not isinstance(given, dict):
        raise BadInput.of("", "not_json", _("Meldingen skal være et objekt."))
    _only(given, fields, "")
    return given


def _texts(given: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    texts = _mapping(given.get("texts", {}), "texts")
    return {
        str(code): {name: str(text) for name, text in _mapping(one, f"texts.{code}").items()}
        for code, one in texts.items()
    }


def _answers(given: Mapping[str, Any]) -> dict[str, Given]:
    made = {}
    for key, one in _mapping(given["answers"], "answers").items():
        answer = _mapping(one, f"answers.{key}")
        _only(answer, _ANSWER_FIELDS, f"answers.{key}.")
        value = answer.get("value")
        raw = value if isinstance(value, (list, bool)) else "" if value is None else str(value)
        made[str(key)] = Given(
            raw, str(answer.get("file", "")), str(answer.get("reference", "")), str(answer.get("url", "")),
            answer.get("buyers_only") is True,
        )  # fmt: skip
    return made


def _prices(given: Mapping[str, Any]) -> list[Price]:
    lines = given["prices"]
    if not isinstance(lines, list):
        raise BadInput.of("prices", "not_a_list", _("Ventet en liste."))
    made = []
    for number, one in enumerate(lines, 1):
        line = _mapping(one, f"prices.{number}")
        _only(line, _PRICE_FIELDS, f"prices.{number}.")
        words = {name: str(line.get(name, "")) for name in _PRICE_FIELDS - {"buyers_only"}}
        made.append(Price(**words, buyers_only=line.get("buyers_only") is True))
    return made


def _mapping(given: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise BadInput.of(where, "not_an_object", _("Ventet et objekt."))
    return given


def _only(given: Mapping[str, Any], fields: set[str], where: str) -> None:
    BadInput.raise_if(
        Problem(f"{where}{name}"[:80], "unknown_field", _("Dette kan ikke settes."))
        for name in given
        if name not in fields
    )


def _brief(version: ListingVersion) -> dict[str, Any]:
    return {
        "key": version.listing.key,
        "category": version.listing.category,
        "version": version.number,
        "state": version.state,
        "title": version.text("title"),
        "saved_at": version.saved_at,
        "sha256": version.sha256,
    }
