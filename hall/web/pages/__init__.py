"""The pages of those who work in the hall: sign-in, clerk, guide, manager, administrator."""

import hall.web.pages.admin
import hall.web.pages.clerk
import hall.web.pages.enrolling
import hall.web.pages.entrance
import hall.web.pages.guide
import hall.web.pages.manager
import hall.web.pages.signing
from hall.web.pages.frame import blueprint

__all__ = ["blueprint"]
