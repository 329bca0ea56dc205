"""What the engine has shown of itself on real machines."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Driven:
    """Real healthy driving that was judged: hours, and false episodes in them."""

    hours: float
    false_episodes: int

    @property
    def sentence(self) -> str:
        """The one line a page shows."""
        episodes = "episode" if self.false_episodes == 1 else "episodes"
        return f"On {self.hours:.0f} hours of real driving: {self.false_episodes} false {episodes}."
