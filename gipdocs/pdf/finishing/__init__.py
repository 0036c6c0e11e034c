"""What is done with a PDF after it was converted: it is compared with its document, and its tags are mended."""
