"""Users and their sessions."""

from luxx.errors import Conflict, Forbidden, RateLimited, Unauthenticated
from luxx.rest.replies import nothing, whole
from luxx.rest.routes.endpoint import Endpoint

ROUTES = (
    Endpoint(
        "POST",
        "/api/auth/register",
        "Register",
        message="Registration successful",
        public=True,
        about="Register",
        fails=(Forbidden, Conflict, RateLimited),
    ),
    Endpoint(
        "POST",
        "/api/auth/login",
        "Login",
        message="Login successful",
        public=True,
        about="Log in",
        fails=(Unauthenticated, RateLimited),
    ),
    Endpoint(
        "POST", "/api/auth/logout", "Logout", nothing, "Logout successful", about="End this session"
    ),
    Endpoint("GET", "/api/auth/me", "Me", about="Who the token belongs to"),
    Endpoint(
        "GET",
        "/api/auth/users",
        "Users",
        whole,
        about="All users (administrators only)",
        fails=(Forbidden,),
    ),
    Endpoint(
        "PUT",
        "/api/auth/users/{user_id}",
        "UpdateUser",
        message="User updated",
        about="Change a user (administrators only)",
        fails=(Forbidden, Conflict),
    ),
)
