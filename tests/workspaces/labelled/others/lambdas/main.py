import boto3

table = boto3.resource("dynamodb").Table("t")


def save(event, context):
    table.put_item(Item=event)


def lambda_handler(event, context):
    for record in event["Records"]:
        print(record)


def api(event, context):
    name = event["queryStringParameters"]["name"]
    return {"statusCode": 200, "body": name}


def info(event, context):
    return context.aws_request_id
