"""The functions in Excel for Mac, the web and Windows by Office.js: an add-in and its server."""
