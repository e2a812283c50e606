import os

from telegram import Bot, Update
from telegram.ext import Application, CommandHandler

bot = Bot(os.environ["TOKEN"])


async def start(update, context):
    await update.message.reply_text("hi")


def register(application):
    application.add_handler(CommandHandler("start", start))


def webhook(request):  # @http
    Update.de_json(request.get_json(force=True), bot)
    return "ok"
