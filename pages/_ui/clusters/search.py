"""A search over the settings of the method: what to try, what each gives, and taking one over."""

import streamlit as st

from clustering import ClusterSpec
from clustering.methods import METHODS, Setting
from clustering.search import MOST_TRIALS, Trial, ranked, read_values, setting_of, trials, written
from clustering.wording import count
from pages._ui import compute, tables
from pages._ui.sentences import (
    RANDOM_HELP,
    SEARCH_HELP,
    VALUES_HELP,
    search_sampled,
    search_told,
    trial_told,
)
from pages._ui.session import Session, fill_in
from pages._ui.text import plain
from pages._ui.widgets import shown_errors

_ALL, _RANDOM = "All combinations", "Random"


def search_settings(session: Session) -> None:
    """The panel in which several settings of the method are tried."""
    panel = st.expander(
        "Search over settings", icon=":material/grid_on:", key=session.key("search-settings"), on_change="rerun"
    )
    if panel.open:
        with panel, shown_errors():
            _panel(session)


def _panel(session: Session) -> None:
    label = METHODS[session.clustering.method].label
    st.caption(f"Tries {label} with other settings, and ranks what they find.", help=SEARCH_HELP)
    grid = _values(session)
    tried = compute.search(session).tried
    with st.container(horizontal=True, vertical_alignment="bottom"):
        specs = _specs(session, grid)
        missing = tuple(spec for spec in specs if spec not in tried)
        is_begun = 0 < len(missing) < len(specs)
        label = f"Try {'the other ' * is_begun}{count(len(missing), 'setting')}" if missing else "All are tried"
        is_pressed = st.button(label, icon=":material/play_arrow:", disabled=not missing, key=session.key("try"))
    if is_pressed:
        _try(session, missing)
    found = ranked([tried[spec] for spec in specs if spec in tried])
    if found:
        _results(session, found, tuple(grid))


def _values(session: Session) -> dict[str, tuple]:
    """A field for every setting that is worth varying; what stands in them."""
    grid, spec = {}, session.clustering
    fields = st.grid(2, min_column_width=240, gap="small")
    for name, values in compute.worth_trying(session).items():
        setting = setting_of(spec, name)
        with fields:
            grid[name] = _words(session, setting, values) if setting.choices else _numbers(session, setting, values)
    return grid


def _words(session: Session, setting: Setting, usual: tuple[str, ...]) -> tuple[str, ...]:
    chosen = _kept(
        session,
        setting.name,
        list(usual),
        lambda key: st.multiselect(
            setting.label, setting.choices, format_func=setting.said, key=key, help=setting.help
        ),
    )
    return tuple(chosen)


def _numbers(session: Session, setting: Setting, usual: tuple[float, ...]) -> tuple[float, ...]:
    told = f"{setting.help} {VALUES_HELP}"
    text = _kept(session, setting.name, written(usual), lambda key: st.text_input(setting.label, key=key, help=told))
    return read_values(setting, text)


def _kept(session: Session, name: str, usual, draw):
    """A field that begins with what was last in it, also after the page was left, else with what is usual."""
    typed = compute.search(session).typed
    key = session.key(f"search-{session.clustering.method}-{name}-{usual}")
    fill_in(key, typed.get(name, usual))
    value = draw(key)
    if value == usual:
        typed.pop(name, None)
    else:
        typed[name] = value
    return value


def _specs(session: Session, grid: dict[str, tuple]) -> tuple[ClusterSpec, ...]:
    """All combinations of the values, or some drawn at random."""
    how = _kept(
        session, "how", _ALL, lambda key: st.selectbox("Try", (_ALL, _RANDOM), key=key, width=190, help=RANDOM_HELP)
    )
    if how == _ALL:
        return trials(session.clustering, grid)
    n_trials = _kept(
        session, "n-trials", 20, lambda key: st.number_input("How many", 1, MOST_TRIALS, key=key, width=120)
    )
    seed = session.clustering.random_state
    return trials(session.clustering, grid, how="random", n_trials=n_trials, random_state=seed)


def _try(session: Session, missing: tuple[ClusterSpec, ...]) -> None:
    """Try what was not tried yet, with how far it is and a way to stop it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        line = st.empty()
        st.button("Stop", icon=":material/stop:", key=session.key("stop-trying"))  # any click ends the run

    def tell(number: int) -> None:
        line.progress(number / len(missing), text=f"Trying settings, {number + 1} of {len(missing)}")

    compute.try_settings(session, missing, tell)


def _results(session: Session, found: tuple[Trial, ...], names: tuple[str, ...]) -> None:
    """What the settings give, in rows to sort and pick from."""
    st.markdown(plain(search_told(found, names), most=600))
    frame, config = tables.search_table(found, names)
    # Rows are picked by their place, so other rows make another table.
    picked = st.dataframe(
        frame,
        hide_index=True,
        column_config=config,
        placeholder="",
        on_select="rerun",
        selection_mode="single-row",
        key=session.key(f"trials-{hash(found)}"),
        alt="What each setting gives, the best first",
    )
    if told := search_sampled(found):
        st.caption(told)
    rows = picked["selection"]["rows"]
    if rows:
        _take(session, found[rows[0]], names)
    else:
        st.caption("Pick a row to use its settings.")


def _take(session: Session, trial: Trial, names: tuple[str, ...]) -> None:
    """What was picked, and the button that takes it over."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(plain(trial_told(trial, names), most=600), width="stretch")
        if trial.spec == session.spec:
            st.caption(":material/visibility: On show", width="content")
        elif not trial.is_refused and st.button(
            "Use these settings", icon=":material/arrow_upward:", key=session.key("use-trial")
        ):
            compute.use(session, trial.spec)
