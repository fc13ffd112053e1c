// Customers whose every value is known, so that a story can look for them, in the clear, where they must not be.

interface Customer {
  number: string;
  name: string;
  email: string;
  phone: string;
  street: string;
  postcode: string;
  city: string;
  country: string;
  account: string;
  orders: object[];
}

const order = (number: string, stage: string, more: object = {}) => ({
  number,
  stage,
  owner: "sales@heliodesk.test",
  panels: 22,
  watts: 430,
  inverter: "Fronius Symo 8.2",
  battery: "BYD HVS 7.7",
  adders: ["wallbox"],
  price_minor: 2_194_000,
  currency: "EUR",
  ...more,
});

export const PLANTED: Customer[] = [
  {
    number: "C-900001",
    name: "Quirina Zaunkönig",
    email: "quirina.zaunkoenig@post.example",
    phone: "+49 151 2345 6742",
    street: "Lerchenstieg 17b",
    postcode: "21073",
    city: "Hamburg",
    country: "DE",
    account: "active",
    orders: [order("O-900001", "design"), order("O-900002", "lead", { price_minor: 990_000 })],
  },
  {
    number: "C-900002",
    name: "Balthasar Oxenknecht",
    email: "balthasar@oxenknecht.example",
    phone: "+49 170 9988 7731",
    street: "Am Deich 4",
    postcode: "26721",
    city: "Emden",
    country: "DE",
    account: "active",
    orders: [order("O-900003", "proposal_sent", { next_step: "Call about the roof" })],
  },
  {
    number: "C-900003",
    name: "Wilhelmina Prust",
    email: "w.prust@mail.example",
    phone: "+49 160 1111 2290",
    street: "Hohe Gasse 112",
    postcode: "99084",
    city: "Erfurt",
    country: "DE",
    account: "locked",
    orders: [],
  },
];
