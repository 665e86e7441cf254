"""K-means step by step, for an audience: every scene has an address of its own."""

import streamlit as st

from clustering.scenes import OWN, PHOTOGRAPH
from pages._ui.frame import HOW_PAGE, page
from pages._ui.teaching import choose_scene, next_scene, show_fixed, show_own, show_photograph
from pages._ui.widgets import shown_errors

with page(HOW_PAGE, "Watch the algorithm find groups, and see where it fails.") as session:
    controls = st.container(horizontal=True, vertical_alignment="bottom")
    with controls:
        scene = choose_scene()
    with shown_errors():
        if scene.name == OWN:
            show_own(session, scene, controls)
        elif scene.name == PHOTOGRAPH:
            show_photograph(scene, controls)
        else:
            show_fixed(scene, controls)
    next_scene(scene)
