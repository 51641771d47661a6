"""Drawn rooms and floor plans for the demo: nobody's photographs. Pure: bytes from a seed."""

import io
from random import Random

from PIL import Image, ImageDraw

SIZE = (960, 640)
WALLS = ("#efe9df", "#e6ecef", "#f2ece6", "#e9efe6", "#f4efe2")
FLOORS = ("#c9a77c", "#b78d61", "#a9825a", "#d2b48c")
SEATS = ("#5f7d95", "#7a8f74", "#a4685a", "#6f6f78", "#8d7aa0")


def room(random: Random) -> bytes:
	"""Return a drawn living room, a JPEG of 960 x 640 pixels."""
	wide, high = SIZE
	horizon = high * 62 // 100
	picture = Image.new("RGB", SIZE, random.choice(WALLS))
	draw = ImageDraw.Draw(picture)
	draw.rectangle((0, horizon, wide, high), fill=random.choice(FLOORS))
	for x in range(-wide, 2 * wide, 90):
		draw.line((wide // 2 + (x - wide // 2) // 3, horizon, x, high), fill="#00000022", width=2)
	left = random.randrange(80, 420)
	draw.rectangle((left, 90, left + 360, 330), fill="#cfe6f5", outline="#ffffff", width=12)
	draw.line((left + 180, 90, left + 180, 330), fill="#ffffff", width=10)
	seat, place = random.choice(SEATS), random.randrange(120, 420)
	draw.rounded_rectangle((place, horizon - 110, place + 400, horizon + 20), 26, fill=seat)
	draw.rounded_rectangle((place - 30, horizon - 40, place + 430, horizon + 70), 26, fill=seat)
	draw.ellipse((place + 90, horizon + 95, place + 330, horizon + 165), fill="#8a6f55")
	return _jpeg(picture)


def floor_plan(random: Random, bedrooms: int) -> bytes:
	"""Return a drawn floor plan with so many bedrooms beside one living room, a JPEG of 960 x 640 pixels."""
	wide, high = SIZE
	picture = Image.new("RGB", SIZE, "white")
	draw = ImageDraw.Draw(picture)
	middle = high // 2 + random.randrange(-40, 40)
	across = max(bedrooms, 1)
	step = (wide - 160) // across
	for number in range(across):
		_walls(draw, (80 + number * step, 60, 80 + (number + 1) * step, middle))
	kitchen = wide - 80 - random.randrange(200, 300)
	_walls(draw, (80, middle, kitchen, high - 60))
	_walls(draw, (kitchen, middle, wide - 80, high - 60))
	return _jpeg(picture)


def _walls(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int]) -> None:
	left, top, right, bottom = box
	draw.rectangle(box, fill="#f7f4ee", outline="#3b3b3b", width=8)
	draw.line((left + 30, bottom, left + 90, bottom), fill="#f7f4ee", width=10)  # the door
	draw.line((left + 40, top, right - 40, top), fill="#9cc4dd", width=8)  # the window


def _jpeg(picture: Image.Image) -> bytes:
	content = io.BytesIO()
	picture.save(content, "JPEG", quality=80)
	return content.getvalue()
