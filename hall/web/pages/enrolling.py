"""Enrolling a device: it is shown a code by an administrator, and keeps a token from then on."""

from flask import Response, make_response, request

from hall.access import context, device_cookie, public
from hall.domain.actors import Role
from hall.domain.limits import limits_in
from hall.domain.people import Device
from hall.limits import count_address
from hall.operations.people import NotAdmitted, enroll
from hall.web.pages.frame import WORK, blueprint, draw, go

#: A device is there for years; it is stopped by an administrator, not by a date.
FIVE_YEARS_SECONDS = 5 * 365 * 24 * 3600

#: How often one address may try a code.
(FROM_ONE_ADDRESS,) = limits_in("20/minute")


@blueprint.get("/enroll")
@public
def enrolling() -> str:
    """Ask for the code."""
    return draw("enroll", code="", refused=False)


@blueprint.get("/enroll/<code>")
@public
def enrolling_with(code: str) -> str:
    """Show the code of an address; only the button uses it up."""
    return draw("enroll", code=code, refused=False)


@blueprint.post("/enroll")
@public
def enroll_now() -> Response:
    """Make this browser a device of the hall, and show what it is there for."""
    code = request.form.get("code", "").replace("-", "").replace(" ", "")
    count_address("enroll", FROM_ONE_ADDRESS)
    try:
        device, token = enroll(context().people, code=code, now=context().now())
    except NotAdmitted:
        return make_response(draw("enroll", code="", refused=True), 401)
    answer = _to_its_place(device)
    answer.set_cookie(
        device_cookie(),
        token,
        max_age=FIVE_YEARS_SECONDS,
        httponly=True,
        secure=request.is_secure,
        samesite="Strict",
    )
    return answer


def _to_its_place(device: Device) -> Response:
    if device.role is Role.KIOSK:
        return go("kiosk.welcome", hall=device.hall)
    if device.role is Role.DISPLAY and device.counter:
        return go("display.counter_screen", hall=device.hall, counter=device.counter)
    if device.role is Role.DISPLAY:
        return go("display.wall", hall=device.hall)
    return go(WORK[device.role])
