"""What the forms of periodic reports count, as Ibis expressions over the tables that indicators read."""
