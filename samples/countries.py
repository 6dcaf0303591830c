"""Where the sales sample sells, 185 countries in seven regions, and what: twelve item types in two channels.

The regions are those of the public sales file whose shape the sample has: they leave South America out, and so does
this list. Names hold spaces, an apostrophe, a dot and hyphens, because each of them ends up in the name of a folder
(`country=Cote d'Ivoire`). None holds a comma: such a name would need quotes, and the table that a crawler makes of a
CSV file (LazySimpleSerDe) splits at every comma, quoted or not.
"""

REGIONS: dict[str, tuple[str, ...]] = {
    "Asia": (
        *("Afghanistan", "Bangladesh", "Bhutan", "Brunei", "Cambodia", "China", "India", "Indonesia", "Japan"),
        *("Kazakhstan", "Kyrgyzstan", "Laos", "Malaysia", "Maldives", "Mongolia", "Myanmar", "Nepal", "North Korea"),
        *("Pakistan", "Philippines", "Singapore", "South Korea", "Sri Lanka", "Taiwan", "Tajikistan", "Thailand"),
        *("Turkmenistan", "Uzbekistan", "Vietnam"),
    ),
    "Australia and Oceania": (
        *("Australia", "Federated States of Micronesia", "Fiji", "Kiribati", "Marshall Islands", "Nauru"),
        *("New Zealand", "Palau", "Papua New Guinea", "Samoa", "Solomon Islands", "Timor-Leste", "Tonga", "Tuvalu"),
        "Vanuatu",
    ),
    "Central America and the Caribbean": (
        *("Antigua and Barbuda", "Bahamas", "Barbados", "Belize", "Costa Rica", "Cuba", "Dominica"),
        *("Dominican Republic", "El Salvador", "Grenada", "Guatemala", "Haiti", "Honduras", "Jamaica", "Nicaragua"),
        *("Panama", "Saint Kitts and Nevis", "Saint Vincent and the Grenadines", "St. Lucia", "Trinidad and Tobago"),
    ),
    "Europe": (
        *("Albania", "Andorra", "Armenia", "Austria", "Azerbaijan", "Belarus", "Belgium", "Bosnia and Herzegovina"),
        *("Bulgaria", "Croatia", "Cyprus", "Czechia", "Denmark", "Estonia", "Finland", "France", "Georgia", "Germany"),
        *("Greece", "Hungary", "Iceland", "Ireland", "Italy", "Kosovo", "Latvia", "Liechtenstein", "Lithuania"),
        *("Luxembourg", "Malta", "Moldova", "Monaco", "Montenegro", "Netherlands", "North Macedonia", "Norway"),
        *("Poland", "Portugal", "Romania", "Russia", "San Marino", "Serbia", "Slovakia", "Slovenia", "Spain"),
        *("Sweden", "Switzerland", "Ukraine", "United Kingdom", "Vatican City"),
    ),
    "Middle East and North Africa": (
        *("Algeria", "Bahrain", "Egypt", "Iran", "Iraq", "Israel", "Jordan", "Kuwait", "Lebanon", "Libya", "Morocco"),
        *("Oman", "Qatar", "Saudi Arabia", "Syria", "Tunisia", "Turkey", "United Arab Emirates", "Yemen"),
    ),
    "North America": ("Canada", "Greenland", "Mexico", "United States of America"),
    "Sub-Saharan Africa": (
        *("Angola", "Benin", "Botswana", "Burkina Faso", "Burundi", "Cameroon", "Cape Verde"),
        *("Central African Republic", "Chad", "Comoros", "Cote d'Ivoire", "Democratic Republic of the Congo"),
        *("Djibouti", "Equatorial Guinea", "Eritrea", "Eswatini", "Ethiopia", "Gabon", "Gambia", "Ghana", "Guinea"),
        *("Guinea-Bissau", "Kenya", "Lesotho", "Liberia", "Madagascar", "Malawi", "Mali", "Mauritania", "Mauritius"),
        *("Mozambique", "Namibia", "Niger", "Nigeria", "Republic of the Congo", "Rwanda", "Sao Tome and Principe"),
        *("Senegal", "Seychelles", "Sierra Leone", "Somalia", "South Africa", "South Sudan", "Sudan", "Tanzania"),
        *("Togo", "Uganda", "Zambia", "Zimbabwe"),
    ),
}

ITEMS = {  # item type: unit price and unit cost in cents
    "Baby Food": (24_950, 16_125),
    "Beverages": (4_680, 3_105),
    "Cereal": (19_875, 11_240),
    "Clothes": (11_299, 4_050),
    "Cosmetics": (42_900, 26_515),
    "Fruits": (985, 707),
    "Household": (65_499, 49_880),
    "Meat": (40_710, 35_295),
    "Office Supplies": (63_720, 51_405),
    "Personal Care": (8_445, 5_790),
    "Snacks": (14_860, 9_325),
    "Vegetables": (15_180, 8_999),
}
CHANNELS = ("Online", "Offline")
PRIORITIES = ("H", "M", "L", "C")
