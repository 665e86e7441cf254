"""Who comes in: where the server has a login, nobody sees a page before. Without one nothing here shows."""

import streamlit as st

from pages._ui.text import plain


def let_in() -> None:
    """Ask to log in where the server's secrets name a provider; the page ends here until that is done."""
    # Streamlit knows no such thing where there is no login.
    if st.user.get("is_logged_in", True):
        return
    with st.container(width=440, gap="small", key="login"):
        st.title("Cluster Explorer", anchor=False)
        st.markdown("Log in with your account to find the segments in your list of customers.")
        if st.button("Log in", type="primary", icon=":material/login:"):
            st.login()
    st.stop()


def way_out() -> None:
    """Say who is logged in, and offer to log out."""
    if not st.user.get("is_logged_in"):
        return
    st.caption(plain(st.user.get("email") or st.user.get("name") or "Logged in", 60))
    if st.button("Log out", icon=":material/logout:", type="tertiary"):
        st.logout()
