"""Invented people and companies. None of them is meant to be anybody."""

from dataclasses import dataclass

from dispatch.generate.dice import Dice


@dataclass(frozen=True, slots=True)
class Names:
    """Words to make names of."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    firms: tuple[str, ...]
    trades: tuple[str, ...]
    houses: tuple[str, ...]
    family_first: bool = False

    def person(self, dice: Dice) -> str:
        """A person."""
        given, family = dice.pick(self.given), dice.pick(self.family)
        return f"{family} {given}" if self.family_first else f"{given} {family}"

    def people(self, count: int, dice: Dice) -> list[str]:
        """So many people with different names; numbered where the words do not go around."""
        pairs = [(given, family) for family in self.family for given in self.given]
        drawn = dice.some(pairs, count)
        named = [f"{family} {given}" if self.family_first else f"{given} {family}" for given, family in drawn]
        return [*named, *(f"{self.person(dice)} {n}" for n in range(len(named), count))]

    def company(self, dice: Dice) -> str:
        """A company."""
        return f"{dice.pick(self.firms)} {dice.pick(self.trades)}"

    def buildings(self, count: int, dice: Dice) -> list[str]:
        """So many buildings where one finds several customers, with different names."""
        pairs = [f"{firm} {house}" for firm in self.firms for house in self.houses]
        drawn = dice.some(pairs, count)
        return [*drawn, *(f"{dice.pick(pairs)} {n}" for n in range(len(drawn) + 1, count + 1))]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split(", "))


KOREAN = Names(
    given=_words(
        "Haneul, Bora, Dasom, Garam, Narae, Areum, Iseul, Saebom, Maru, Noeul, Sora, Byeol, "
        "Gaon, Lavin, Mirae, Onyu, Chorong, Dallae, Eunsol, Hyebom, Joeun, Pureum, Raon, Taeo"
    ),
    family=_words("Kim, Lee, Park, Choi, Jung, Kang, Cho, Yoon, Jang, Lim, Han, Oh, Seo, Shin, Kwon, Hwang"),
    firms=_words(
        "Dalmaru, Saeromi, Byeolgil, Sorabit, Mirigae, Haedoji, Solbaram, Gaonteo, Yeoulmok, Pureundal, "
        "Noeulbit, Onsaemi, Duremaru, Bomnarae, Jandibat, Kkotsaem, Gureumi, Moraetdol, Bitgaram, Areumteo"
    ),
    trades=_words(
        "Bakery, Dental, Guesthouse, Kindergarten, Pharmacy, Print Shop, Tea House, Logistics, Books, Laundry, "
        "Fitness, Noodles, Design, Clinic, Academy, Coffee, Flowers, Bicycles, Hotel, Foods"
    ),
    houses=_words("Tower, Apartments, Square, Office Park, Arcade, Residence"),
    family_first=True,
)

GERMAN = Names(
    given=_words(
        "Ada, Bruno, Clara, Emil, Frieda, Gustav, Hedwig, Ivo, Jule, Korbin, Lotte, Mats, "
        "Nora, Oskar, Pia, Quirin, Rosa, Silas, Thea, Veit, Wilma, Yunus, Zoe, Deniz"
    ),
    family=_words(
        "Moosbrunn, Kornwinkel, Tannhorst, Silberbach, Lindwart, Eichfeldt, Sandkrug, Rabental, "
        "Nebelung, Birkenau, Steinhoff, Wiesengrund, Erlenkamp, Haselau, Falkenrath, Yildiray"
    ),
    firms=_words(
        "Nordlicht, Spreebogen, Kastanie, Blauer Reiher, Kranich, Flussufer, Morgenstern, Holunder, "
        "Zeitlos, Wacholder, Eisvogel, Laubfrosch, Mühlrad, Sternwarte, Fuchsbau, Lerchenfeld"
    ),
    trades=_words(
        "Klinik, Kühlhaus, Hotel, Rechenzentrum, Großbäckerei, Logistik, Druckerei, "
        "Seniorenheim, Theater, Parkhaus, Molkerei, Labor, Sendestudio, Apotheke"
    ),
    houses=_words("Haus, Höfe, Passage, Campus, Turm"),
)
