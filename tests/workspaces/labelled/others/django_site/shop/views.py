from django.shortcuts import render


def home(request):
    return render(request, "home.html")


def detail(request, number):
    return render(request, "detail.html", {"number": number})
