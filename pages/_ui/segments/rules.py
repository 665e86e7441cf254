"""Rules to take away: who belongs to each segment, in sentences one can act on."""

import streamlit as st

from clustering import Clustering
from clustering.profile.compare import Comparison
from clustering.wording import share
from pages._ui import compute
from pages._ui.segments.cards import picture
from pages._ui.session import Session
from pages._ui.text import plain


def rules(session: Session, segments: Clustering, comparison: Comparison) -> None:
    """A card per segment with its rules, and how well all of them together do."""
    del comparison  # every tab is called alike
    found = compute.rules(session, segments)
    st.markdown(f"## {share(found.fidelity, 0)} of the customers follow the rules", anchors=False)
    st.markdown(f":gray[{plain(found.told)}]")
    with st.grid(2, min_column_width=300, gap="small"):
        for label, look in enumerate(session.looks):
            with st.container(border=True, height="stretch", gap="small"):
                st.markdown(f"### {picture(look)} {plain(look.name)}", anchors=False)
                for sentence in found.sentences(label):
                    st.markdown(f"- {plain(sentence, most=600)}")
                if not found.per_segment[label]:
                    st.markdown(":gray[No short rule finds this segment.]")
    st.caption(
        "The rules come from a shallow decision tree. They make the segments easy to explain and to look up in another "
        "system; the segments themselves are those of the method."
    )
