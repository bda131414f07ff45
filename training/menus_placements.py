"""soon filled"""
