// What the vendors' own libraries say: signs and checks what it is given on stdin, one JSON object in, one out.
import { createRequire } from "node:module";
import Stripe from "stripe";
import twilio from "twilio";

const razorpay = createRequire(import.meta.url)("razorpay");
const { body, secret, timestamp, signature, keySecret, order, payment, checkout, url, params } = JSON.parse(await new Response(process.stdin).text());
const stripe = new Stripe("sk_test_stub");
const attempt = (work) => {
  try {
    return work() === false ? false : true;
  } catch {
    return false;
  }
};
console.log(JSON.stringify({
  twilioSignature: url && twilio.getExpectedTwilioSignature(secret, url, params),
  stripeHeader: body && stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp }),
  razorpayWebhook: signature !== undefined && attempt(() => razorpay.validateWebhookSignature(body, signature, secret)),
  razorpayCheckout: checkout !== undefined && attempt(() => razorpay.validatePaymentVerification === undefined
    ? createRequire(import.meta.url)("razorpay/dist/utils/razorpay-utils").validatePaymentVerification({ order_id: order, payment_id: payment }, checkout, keySecret)
    : razorpay.validatePaymentVerification({ order_id: order, payment_id: payment }, checkout, keySecret)),
}));
