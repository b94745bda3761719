from django.urls import path

from ui import views

urlpatterns = [
    path("palette/", views.palette, name="palette"),
    path("cards/", views.card, name="card"),
    path("shell/sidebar/", views.sidebar, name="shell_sidebar"),
    path("shell/rail/", views.rail, name="shell_rail"),
]
