"""Users and their sessions."""

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
    ),
    Endpoint(
        "POST",
        "/api/auth/login",
        "Login",
        message="Login successful",
        public=True,
        about="Log in",
    ),
    Endpoint(
        "POST", "/api/auth/logout", "Logout", nothing, "Logout successful", about="End this session"
    ),
    Endpoint("GET", "/api/auth/me", "Me", about="Who the token belongs to"),
    Endpoint("GET", "/api/auth/users", "Users", whole, about="All users (administrators only)"),
    Endpoint(
        "PUT",
        "/api/auth/users/{user_id}",
        "UpdateUser",
        message="User updated",
        about="Change a user (administrators only)",
    ),
)
