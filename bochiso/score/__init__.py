"""Numerators and denominators to points, grades, ranks, changes and causes. Pure: values in, values out."""
