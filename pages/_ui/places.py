"""Where the pages are."""

DATA_PAGE, TRANSACTIONS_PAGE, FEATURES_PAGE = "pages/1_Data.py", "pages/1_Transactions.py", "pages/2_Features.py"
CHOOSE_PAGE, SEGMENTS_PAGE, NEW_PAGE = "pages/3_Choose_k.py", "pages/5_Segments.py", "pages/7_New_customers.py"
