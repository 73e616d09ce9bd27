// What the vendors' own libraries say: signs and checks what it is given on stdin, one JSON object in, one out.
import { createRequire } from "node:module";
import aws4 from "aws4";
import Stripe from "stripe";
import twilio from "twilio";

const razorpay = createRequire(import.meta.url)("razorpay");
const { body, secret, timestamp, signature, keySecret, order, payment, checkout, url, params, s3 } = JSON.parse(await new Response(process.stdin).text());
const stripe = new Stripe("sk_test_stub");
const attempt = (work) => {
  try {
    return work() === false ? false : true;
  } catch {
    return false;
  }
};
const signed = s3 && aws4.sign({ service: "s3", ...s3 }, { accessKeyId: s3.key, secretAccessKey: secret });
console.log(JSON.stringify({
  s3: signed && (signed.headers.Authorization ?? signed.path),
  twilioSignature: url && twilio.getExpectedTwilioSignature(secret, url, params),
  stripeHeader: body && stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp }),
  razorpayWebhook: signature !== undefined && attempt(() => razorpay.validateWebhookSignature(body, signature, secret)),
  razorpayCheckout: checkout !== undefined && attempt(() => razorpay.validatePaymentVerification === undefined
    ? createRequire(import.meta.url)("razorpay/dist/utils/razorpay-utils").validatePaymentVerification({ order_id: order, payment_id: payment }, checkout, keySecret)
    : razorpay.validatePaymentVerification({ order_id: order, payment_id: payment }, checkout, keySecret)),
}));
