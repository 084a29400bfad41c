from django.apps import AppConfig


class WebConfig(AppConfig):
    """The toolkit's templates, static files and template tags."""

    name = "forbear.web"
    label = "web"
