"""The buyer's entry: "Hva skal du kjøpe?" answered across all agreements, and what came of every need that was stated."""
