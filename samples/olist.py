"""Orders of an online shop in Olist's shape, with all that belongs to them: rows of the eight tables, one by one.

Names, numbers and comments are made up; the columns are those of Olist's public data set, cities and states those of
Brazil.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

COLUMNS = {
    "customers": (
        *("customer_id", "customer_unique_id", "customer_zip_code_prefix", "customer_city"),
        "customer_state",
    ),
    "geolocation": (
        *("geolocation_zip_code_prefix", "geolocation_lat", "geolocation_lng", "geolocation_city"),
        "geolocation_state",
    ),
    "order_items": (
        *("order_id", "order_item_id", "product_id", "seller_id", "shipping_limit_date", "price"),
        "freight_value",
    ),
    "order_payments": ("order_id", "payment_sequential", "payment_type", "payment_installments", "payment_value"),
    "order_reviews": (
        *("review_id", "order_id", "review_score", "review_comment_title", "review_comment_message"),
        *("review_creation_date", "review_answer_timestamp"),
    ),
    "orders": (
        *("order_id", "customer_id", "order_status", "order_purchase_timestamp", "order_approved_at"),
        *("order_delivered_carrier_date", "order_delivered_customer_date", "order_estimated_delivery_date"),
    ),
    "products": (  # "lenght" is how Olist writes it
        *("product_id", "product_category_name", "product_name_lenght", "product_description_lenght"),
        *("product_photos_qty", "product_weight_g", "product_length_cm", "product_height_cm", "product_width_cm"),
    ),
    "sellers": ("seller_id", "seller_zip_code_prefix", "seller_city", "seller_state"),
}
KINDS = (
    "plain",  # one item, one payment, one review, delivered in time
    "several",  # three items of two sellers, a voucher and a card
    "late",  # delivered after the day that was promised
    "canceled",  # paid, never delivered
    "unavailable",  # paid, and without any item
    "shipped",  # on its way: no day of delivery, no review
    "late_review",  # a second review, far more than a month after the delivery
    "repeated",  # its order, item, payment and review stand there twice
    "unreviewed",  # delivered, and nobody said anything
    "stranger",  # of a customer who is not among the customers
    "orphans",  # beside it an item, a payment and a review of an order that is not there
)
DAYS = 10  # on which orders are bought
FIRST_DAY = date(2024, 1, 1)
TIME = "%Y-%m-%d %H:%M:%S"

PLACES = (  # the start of the zip code, city, state, latitude, longitude
    *(("01", "sao paulo", "SP", -23.55, -46.63), ("13", "campinas", "SP", -22.91, -47.06)),
    *(("20", "rio de janeiro", "RJ", -22.91, -43.17), ("30", "belo horizonte", "MG", -19.92, -43.94)),
    *(("40", "salvador", "BA", -12.97, -38.50), ("50", "recife", "PE", -8.05, -34.88)),
    *(("69", "manaus", "AM", -3.12, -60.02), ("70", "brasilia", "DF", -15.79, -47.88)),
    *(("80", "curitiba", "PR", -25.43, -49.27), ("90", "porto alegre", "RS", -30.03, -51.22)),
)
CATEGORIES = ("beleza_saude", "cama_mesa_banho", "esporte_lazer", "informatica_acessorios", "moveis_decoracao", "")
COMMENTS = (  # title, message
    *(("", ""), ("recomendo", "Chegou antes do prazo"), ("", 'Veio "quase" certo, faltou uma parte')),
    *(("Super recomendo", "Produto bom, loja boa, entrega boa"), ("não gostei", "Atrasou, e ninguém respondeu")),
)

Row = dict[str, Any]


@dataclass(frozen=True)
class Order:
    """One order with its rows of each table, the repeated ones twice; the day is that of its purchase."""

    kind: str
    day: date
    state: str | None
    rows: Mapping[str, list[Row]]
    sellers: frozenset[str]


class Shop:
    """Sellers, products and places, and orders that are made of them one after the other."""

    def __init__(self, rng: random.Random, orders: int) -> None:
        self._rng = rng
        self._sellers = [_id(rng) for _ in range(max(4, min(orders // 20, 3_000)))]
        self._products = [_id(rng) for _ in range(max(6, min(orders // 5, 30_000)))]
        self._people = [_id(rng) for _ in range(max(3, min(orders // 2, 50_000)))]

    @property
    def fixed(self) -> dict[str, list[Row]]:
        """What is there without any order."""
        rng = self._rng
        return {
            "geolocation": [self._geolocation(place, rng) for place in PLACES for _ in range(3)],
            "products": [self._product(product, rng) for product in self._products],
            "sellers": [
                dict(zip(COLUMNS["sellers"], (seller, *self._home()), strict=True)) for seller in self._sellers
            ],
        }

    def order(self, number: int) -> Order:
        """The next order: its kind and its day follow from its number."""
        rng, kind = self._rng, KINDS[number % len(KINDS)]
        day = FIRST_DAY + timedelta(days=number // len(KINDS) % DAYS)
        bought = datetime.combine(day, time()) + timedelta(seconds=rng.randrange(86_400))
        order_id, customer_id, home = _id(rng), _id(rng), self._home()
        items = self._items(order_id, kind, bought)
        order = _order(rng, order_id, customer_id, kind, bought)
        delivered = order["order_delivered_customer_date"]
        customer = (customer_id, rng.choice(self._people), *home)
        rows = {
            "orders": [{key: _text(value) for key, value in order.items()}],
            "customers": [dict(zip(COLUMNS["customers"], customer, strict=True))] if kind != "stranger" else [],
            "order_items": items,
            "order_payments": self._payments(order_id, kind, items),
            "order_reviews": self._reviews(order_id, kind, delivered) if delivered else [],
        }
        if kind == "repeated":
            rows = {table: found if table == "customers" else found * 2 for table, found in rows.items()}
        if kind == "orphans":
            lost = _id(rng)
            for table in ("order_items", "order_payments", "order_reviews"):
                changed = {"order_id": lost, **({"review_id": _id(rng)} if table == "order_reviews" else {})}
                rows[table].append({**rows[table][0], **changed})
        sellers = frozenset(one["seller_id"] for one in items)
        return Order(kind, day, None if kind == "stranger" else home[2], rows, sellers)

    def _home(self) -> tuple[str, str, str]:
        start, city, state, _, _ = self._rng.choice(PLACES)
        return f"{start}{self._rng.randrange(1000):03d}", city, state

    def _items(self, order_id: str, kind: str, bought: datetime) -> list[Row]:
        rng = self._rng
        if kind == "unavailable":
            return []
        one, other = rng.sample(self._sellers, 2)
        sellers = (one, one, other) if kind == "several" else (one,)
        return [
            {
                "order_id": order_id,
                "order_item_id": position,
                "product_id": rng.choice(self._products),
                "seller_id": seller,
                "shipping_limit_date": _text(bought + timedelta(days=6)),
                "price": _money(rng.randrange(500, 60_000)),
                "freight_value": _money(rng.randrange(0, 6_000)),
            }
            for position, seller in enumerate(sellers, start=1)
        ]

    def _payments(self, order_id: str, kind: str, items: list[Row]) -> list[Row]:
        rng = self._rng
        cents = sum(_cents(one["price"]) + _cents(one["freight_value"]) for one in items) or 10_000
        parts = [("voucher", cents // 4), ("credit_card", cents - cents // 4)] if kind == "several" else []
        parts = parts or [(rng.choice(("credit_card", "boleto", "debit_card")), cents)]
        return [
            {
                "order_id": order_id,
                "payment_sequential": position,
                "payment_type": way,
                "payment_installments": rng.randint(1, 10) if way == "credit_card" else 1,
                "payment_value": _money(value),
            }
            for position, (way, value) in enumerate(parts, start=1)
        ]

    def _reviews(self, order_id: str, kind: str, delivered: datetime) -> list[Row]:
        days = {"unreviewed": (), "late_review": (1, 45)}.get(kind, (1,))
        return [self._review(order_id, delivered + timedelta(days=after)) for after in days]

    def _review(self, order_id: str, asked: datetime) -> Row:
        rng = self._rng
        title, message = rng.choice(COMMENTS)
        values = (_id(rng), order_id, rng.randint(1, 5), title, message, _text(_midnight(asked)))
        answered = _text(asked + timedelta(seconds=rng.randrange(1, 3 * 86_400)))
        return dict(zip(COLUMNS["order_reviews"], (*values, answered), strict=True))

    @staticmethod
    def _geolocation(place: tuple[str, str, str, float, float], rng: random.Random) -> Row:
        start, city, state, latitude, longitude = place
        near = [f"{value + rng.uniform(-0.1, 0.1):.8f}" for value in (latitude, longitude)]
        values = (f"{start}{rng.randrange(1000):03d}", *near, city, state)
        return dict(zip(COLUMNS["geolocation"], values, strict=True))

    @staticmethod
    def _product(product: str, rng: random.Random) -> Row:
        sizes = (rng.randint(100, 9_000), rng.randint(16, 90), rng.randint(2, 60), rng.randint(11, 60))
        texts = (rng.choice(CATEGORIES), rng.randint(20, 60), rng.randint(100, 2_000), rng.randint(1, 6))
        return dict(zip(COLUMNS["products"], (product, *texts, *sizes), strict=True))


def _order(rng: random.Random, order_id: str, customer_id: str, kind: str, bought: datetime) -> Row:
    """The line of an order; moments that never came are absent."""
    status = kind if kind in ("canceled", "unavailable", "shipped") else "delivered"
    sent = bought + timedelta(days=2, seconds=rng.randrange(86_400))
    promised = _midnight(bought + timedelta(days=20))
    wait = timedelta(days=rng.randint(5, 12) if kind == "late" else -rng.randint(2, 12), hours=rng.randrange(24))
    values = (
        *(order_id, customer_id, status, bought, bought + timedelta(minutes=rng.randint(1, 600))),
        sent if status in ("shipped", "delivered") else None,
        promised + wait if status == "delivered" else None,
        promised,
    )
    return dict(zip(COLUMNS["orders"], values, strict=True))


def _id(rng: random.Random) -> str:
    return f"{rng.getrandbits(128):032x}"


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0)


def _text(value: Any) -> Any:
    return value.strftime(TIME) if isinstance(value, datetime) else value


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _cents(money: str) -> int:
    return int(money.replace(".", ""))
